import type { FastifyBaseLogger } from 'fastify';
import type { Importer } from '../client/importer.js';
import type { MailServer } from '../delivery/mail.js';
import type { Viewer } from '../domain/viewer.js';
import type { Db } from '../store/pool.js';
import type { Sealer } from '../store/secrets.js';
import type { Auth } from './auth.js';
import type { Oidc } from './oidc.js';

/** What the server works with. It holds no state of its own. */
export interface ServerOptions {
  readonly db: Db;
  /** The façade for one viewer; `actor` is who acts. */
  readonly importerFor: (viewer: Extract<Viewer, { kind: 'member' }>, actor: string) => Importer;
  readonly auth: Auth;
  /** Seals and opens the addresses of hooks. */
  readonly sealer: Sealer;
  /** (Default: no mail is sent) */
  readonly mail?: MailServer | undefined;
  /** (Default: people sign in with passwords only) */
  readonly oidc?: Oidc | undefined;
  /** Private networks that hooks may lead into. (Default: none) */
  readonly hookNetworks?: readonly string[] | undefined;
  /** Without a path: `https://importer.example.com`. */
  readonly publicUrl: string;
  /** Whose forwarded headers count: addresses and networks. */
  readonly trustedProxies: readonly string[];
  /** Where the built console lies. (Default: none is served) */
  readonly consoleFolder?: string | undefined;
  /** Where a form may lead to beside here: X, or the simulator. */
  readonly xApiUrl: string;
  /** Of a simulated X on this machine: there a person may break things. (Default: X itself is asked) */
  readonly simulator?: URL | undefined;
  /** Where people look at workflows. (Default: no links) */
  readonly temporalUi?: { readonly url: string; readonly namespace: string } | undefined;
  readonly logger?: FastifyBaseLogger | undefined;
}
