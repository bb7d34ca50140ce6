import type { Readable } from 'node:stream';
import { type Command, InvalidArgumentError } from 'commander';
import type { Asker } from './prompt.js';
import type { ExitCode } from './exit-codes.js';
import type { Importer } from '../client/importer.js';
import type { ImporterConfig, Opened } from '../client/open.js';
import type { Output, Streams } from './output.js';

/** What the process gives the command line; tests give their own. */
export interface Io extends Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  /** Reads the environment; throws `InvalidConfiguration` with every mistake at once. */
  readonly config: () => CliConfig;
  /** The same with the X app's keys, which only workers and `doctor` use. */
  readonly consumer: () => { readonly key: string; readonly secret: string };
  /** A person sits at both ends: questions may be asked and bars drawn. */
  readonly interactive: boolean;
  /** Opens the browser. */
  readonly browse: (url: string) => Promise<void>;
}

export interface CliConfig extends ImporterConfig {
  readonly xAdsApiUrl: string;
}

/** What a command works with. */
export interface Cli {
  readonly io: Io;
  readonly out: Output;
  readonly asker: Asker;
  config(): CliConfig;
  /** Opened when first asked for, closed when the command ends. */
  open(): Promise<Opened>;
  importer(): Promise<Importer>;
}

/** A command does its work and says how it ended. (Default: done) */
export type Action<Options> = (cli: Cli, options: Options, args: readonly string[]) => Promise<ExitCode | undefined>;

/** Makes what commander calls out of a command's work. */
export type Runner = <Options>(action: Action<Options>) => (...args: unknown[]) => Promise<void>;
export type Register = (program: Command, run: Runner) => void;

export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;

/** A comma-separated list, without blanks. */
export const parseList = (text: string): readonly string[] => {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0) throw new InvalidArgumentError('Give at least one, separated by commas.');
  return items;
};
