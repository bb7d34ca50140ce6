import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { createImporter, type Importer } from '../../../client/importer.js';
import type { MailServer } from '../../../delivery/mail.js';
import type { Role } from '../../../domain/viewer.js';
import { createLogger } from '../../../process/logger.js';
import { buildApp } from '../../../server/app.js';
import type { Oidc } from '../../../server/oidc.js';
import { createAuth } from '../../../server/auth.js';
import { createApiKey, type ApiKeyScope } from '../../../store/people/api-keys.js';
import { DEFAULT_WORKSPACE } from '../../../store/connection/connections.js';
import { createLink } from '../../../store/people/links.js';
import type { Db } from '../../../store/pool.js';
import { createSealer, type Sealer } from '../../../store/secrets.js';
import { openStore } from '../../store/database.js';

/** What a request brings: a cookie, or an API key. */
export type Credential = { readonly cookie: string } | { readonly authorization: string } | undefined;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // What a test expects of an answer is the test's business.
  readonly body: Record<string, never>;
  readonly setCookie: readonly string[];
}

interface Sent {
  readonly as?: Credential;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The address of the peer. (Default: this machine's) */
  readonly from?: string;
}

export interface Site extends AsyncDisposable {
  readonly db: Db;
  readonly sealer: Sealer;
  /** Of the sealer. */
  readonly keys: readonly Buffer[];
  readonly app: FastifyInstance;
  readonly publicUrl: string;
  /** As Fastify lists them: method and path. */
  readonly listed: readonly string[];
  readonly operator: Importer;
  ask(request: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`, sent?: Sent): Promise<Answer>;
  /** A person of the workspace, who has used an invitation. (Default: the default workspace) */
  join(name: string, role: Role, workspaceId?: string): Promise<{ readonly id: string; readonly as: Credential }>;
  key(scope: ApiKeyScope, workspaceId?: string): Promise<Credential>;
  /** The token of an invitation. */
  invitation(role: Role, options?: { readonly workspaceId?: string; readonly email?: string }): Promise<string>;
}

export const PASSWORD = 'correct horse battery';
export const emailOf = (name: string): string => `${name.toLowerCase().replaceAll(' ', '.')}@example.com`;

interface SiteOptions {
  readonly publicUrl?: string;
  readonly trustedProxies?: readonly string[];
  readonly consoleFolder?: string;
  /** (Default: no mail is sent) */
  readonly mail?: MailServer;
  readonly oidc?: Oidc;
}

export const cookieOf = (setCookie: readonly string[]): Credential => ({
  cookie: setCookie.map((line) => line.split(';', 1)[0]).join('; '),
});

/** The server on a database of its own, asked without a network. Temporal is not there, and nothing waits for it. */
export const openSite = async (options: SiteOptions = {}): Promise<Site> => {
  const { publicUrl = 'http://127.0.0.1:8080', trustedProxies = [], consoleFolder, mail, oidc } = options;
  const store = await openStore();
  const { db } = store;
  const keys = [randomBytes(32)];
  const sealer = createSealer(keys);
  const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: '50 milliseconds' });
  const temporal = new Client({ connection });
  const listed: string[] = [];
  const app = await buildApp(
    {
      db,
      importerFor: (viewer, actor) => createImporter({ db, sealer, temporal, viewer, actor }),
      auth: createAuth({ db, publicUrl, importerKeys: keys }),
      sealer,
      mail,
      oidc,
      hookNetworks: ['127.0.0.1'],
      publicUrl,
      trustedProxies,
      consoleFolder,
      xApiUrl: 'https://api.x.com',
      logger: createLogger('error'),
    },
    ({ method, url }) => listed.push(`${String(method)} ${url}`),
  );

  const ask: Site['ask'] = async (request, { as, body, headers = {}, from } = {}) => {
    const [method, url] = request.split(' ') as ['GET', string];
    const answer = await app.inject({
      method,
      url: url.startsWith('/api/') || !/^\/(?!healthz|readyz|x\/|oidc\/)/.test(url) ? url : `/api/v1${url}`,
      headers: { origin: publicUrl, ...as, ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
      ...(from === undefined ? {} : { remoteAddress: from }),
    });
    const isJson = String(answer.headers['content-type']).startsWith('application/json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: isJson ? answer.json() : {},
      setCookie: [answer.headers['set-cookie'] ?? []].flat(),
    };
  };

  const invitation: Site['invitation'] = async (role, { workspaceId = DEFAULT_WORKSPACE, email } = {}) => {
    const link = { kind: 'invitation', workspaceId, role, email, createdBy: 'xads', minutes: 10 } as const;
    return (await createLink(db, link)).token;
  };

  return {
    db,
    sealer,
    keys,
    app,
    publicUrl,
    listed,
    operator: createImporter({ db, sealer, temporal, publicUrl }),
    ask,
    invitation,
    join: async (name, role, workspaceId = DEFAULT_WORKSPACE) => {
      const token = await invitation(role, { workspaceId });
      const used = await ask(`POST /links/${token}`, { body: { name, email: emailOf(name), password: PASSWORD } });
      if (used.status !== 204) throw new Error(`${name} could not join: ${used.text}`);
      const { rows } = await db.query<{ id: string }>('select id from app.people where email = $1', [emailOf(name)]);
      return { id: rows[0]?.id ?? '', as: cookieOf(used.setCookie) };
    },
    key: async (scope, workspaceId = DEFAULT_WORKSPACE) => {
      const { key } = await createApiKey(db, { workspaceId, name: `a ${scope} key`, scope, createdBy: 'xads' });
      return { authorization: `Bearer ${key}` };
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await connection.close();
      await store[Symbol.asyncDispose]();
    },
  };
};
