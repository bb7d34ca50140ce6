import { type Command, InvalidArgumentError } from 'commander';
import type { Importer } from '../client/importer.js';
import type { Opened } from '../client/open.js';
import type { ExitCode } from './exit-codes.js';
import type { CliConfig, Io } from './io.js';
import type { CommandOutput } from './output.js';
import type { Prompter } from './prompt.js';

/** What a command works with. */
export interface Cli {
  readonly io: Io;
  readonly out: CommandOutput;
  readonly prompter: Prompter;
  /** A command of this command line, as it is typed here. */
  readonly xads: (args: string) => string;
  config(): Promise<CliConfig>;
  /** Opened at the first call, closed when the command ends. */
  open(): Promise<Opened>;
  importer(): Promise<Importer>;
  /** The same whose answers are not meant for a terminal. */
  plainImporter(): Promise<Importer>;
}

/** A command does its work and returns its exit code. (Default: done) */
export type CommandAction<Options> = (
  cli: Cli,
  options: Options,
  args: readonly string[],
) => Promise<ExitCode | undefined>;

/** Makes what commander calls out of a command's work. */
export type Runner = <Options>(action: CommandAction<Options>) => (...args: unknown[]) => Promise<void>;
export type RegisterCommand = (program: Command, run: Runner) => void;

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
