import { InvalidArgumentError, Option } from 'commander';
import { ownCommand } from '../../process/own-command.js';

export interface OnceOptions {
  readonly accounts: number;
  readonly ads: number;
  readonly days: number;
  readonly jobSeconds: number;
  readonly seed: number;
  readonly profile: string;
  readonly json: boolean;
  /** Keep the data in this folder. */
  readonly keep: string | undefined;
}

const number =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isFinite(value) || value < least || value > most)
      throw new InvalidArgumentError(`a number from ${least} to ${most}`);
    return value;
  };

/** Reads the options of `npm start -- --once`. A wrong one ends the process with a sentence that names it. */
export const readOptions = (args: readonly string[]): OnceOptions => {
  const command = ownCommand(
    'npm start -- --once',
    'Imports a simulated year unattended and compares every stored cell with the truth.',
  )
    .option('--once', 'this mode')
    .option('--json', 'one JSON object on the last line of the standard output', false)
    .option('--keep [folder]', 'keep the data (in .data/once unless a folder is named)')
    .option('--accounts <n>', 'ad accounts', number(1, 50), 2)
    .option('--ads <n>', 'ads per account', number(1, 5_000), 100)
    .option('--days <n>', 'days of history', number(1, 365), 365)
    .option('--job-seconds <s>', 'how long X computes a job', number(0, 3_600), 2)
    .option('--seed <n>', "the simulated world's seed", number(0, 1e9), 7)
    .addOption(
      new Option('--profile <name>', 'how the ads live')
        .choices(['always-on', 'flighted', 'messy', 'hostile'])
        .default('always-on'),
    )
    .parse([...args], { from: 'user' });
  const { keep, ...options } = command.opts<Omit<OnceOptions, 'keep'> & { keep?: string | true }>();
  return { ...options, keep: keep === true ? '.data/once' : keep };
};
