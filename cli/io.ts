import type { Readable, Writable } from 'node:stream';
import type { ImporterConfig } from '../client/open.js';
import type { ApiAccess } from '../client/over-api.js';
import type { CommandPlace } from '../domain/place.js';

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

export interface CliConfig extends ImporterConfig {
  readonly xAdsApiUrl: string;
}

/** What the process gives the command line; tests give their own. */
export interface Io extends Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Reads the environment; throws `InvalidConfiguration` with every mistake at once. */
  readonly config: () => Promise<CliConfig>;
  /** The installation elsewhere that it works with through its API; none where it has a database. Throws like `config`. */
  readonly api: () => Promise<ApiAccess | undefined>;
  /** The keys of the X app, which only workers and `doctor` use; throws like `config`. */
  readonly consumer: () => Promise<{ readonly key: string; readonly secret: string }>;
  /** Where the commands of next steps are typed. */
  readonly place: CommandPlace;
  /** A person sits at both ends: questions may be prompted and bars drawn. */
  readonly interactive: boolean;
  /** Calls back at the first Ctrl-C, which then ends nothing by itself. Returns what takes the callback away. */
  readonly onInterrupt: (tell: () => void) => () => void;
  /** Opens the browser. */
  readonly browse: (url: string) => Promise<void>;
}
