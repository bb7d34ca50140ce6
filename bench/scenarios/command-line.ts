import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allow } from '../../local/once/consent.js';
import { repositoryFolder } from '../../local/processes.js';
import { HELP_BARS } from '../figures.js';
import { type Column, type Machine, median, met, round } from '../report.js';
import { type LoadConfig, machineOf, makeWorld } from '../world.js';

const run = promisify(execFile);

export interface CommandLineOptions {
  readonly repeat: number;
}

/** Seconds from the start of a command to its end, medians. */
export interface CommandLineRow {
  readonly command: string;
  readonly where: 'clone' | 'built';
  readonly seconds: number;
  readonly slowest: number;
  /** Null where there is none. */
  readonly bar: number | null;
  readonly barMet: boolean;
}

export interface CommandLineReport {
  readonly scenario: 'command-line';
  readonly machine: Machine;
  readonly options: CommandLineOptions;
  /** The machine's load over the last minute, before the first command. */
  readonly load: number;
  readonly rows: readonly CommandLineRow[];
  readonly barMet: boolean;
  readonly correct: true;
}

export const commandLineColumns: readonly Column<CommandLineRow>[] = [
  ['command', ({ command }) => `xads ${command}`],
  ['where', ({ where }) => where],
  ['seconds', ({ seconds }) => seconds],
  ['slowest', ({ slowest }) => slowest],
  ['bar', ({ bar }) => bar ?? ''],
  ['within the bar', ({ bar, barMet }) => (bar === null ? '' : met(barMet))],
];

const PROGRAMS = {
  clone: [join('local', 'bootstrap.mjs'), join('cli', 'main.ts')],
  built: [join('dist', 'cli', 'main.js')],
} as const;
const COMMANDS = ['--help', 'status', 'coverage'];

const timed = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const started = performance.now();
  await run(process.execPath, [...args], { cwd: repositoryFolder, env });
  return (performance.now() - started) / 1000;
};

/** Times commands as a person waits for them, on a connection of one account with a month behind it. */
export const commandLine = async (
  options: CommandLineOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void = () => undefined,
): Promise<CommandLineReport> => {
  if (!existsSync(join(repositoryFolder, PROGRAMS.built[0]))) {
    report('Building …');
    await run('npm', ['run', 'build'], { cwd: repositoryFolder });
  }
  await using world = await makeWorld({ accounts: 1, ads: 20, days: 30, 'job-seconds': 1 }, loadConfig, report);
  const { importer, stack } = world;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect();
  await importer.completeSignIn(await allow(authorizeUrl, 'all_accounts'));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await importer.waitForBackfill(connectionId);

  const load = round(loadavg()[0] ?? 0, 2);
  const rows: CommandLineRow[] = [];
  for (const where of ['clone', 'built'] as const) {
    for (const command of COMMANDS) {
      report(`xads ${command}, ${where} …`);
      const args = [...PROGRAMS[where], command];
      // The first one compiles, and fills the caches of the machine.
      await timed(args, stack.environment);
      const seconds: number[] = [];
      for (let round_ = 0; round_ < options.repeat; round_ += 1) seconds.push(await timed(args, stack.environment));
      const middle = round(median(seconds), 2);
      const bar = command === '--help' ? HELP_BARS[where] : null;
      rows.push({
        command,
        where,
        seconds: middle,
        slowest: round(Math.max(...seconds), 2),
        bar,
        barMet: bar === null || middle <= bar,
      });
    }
  }
  return {
    scenario: 'command-line',
    machine: await machineOf(world),
    options,
    load,
    rows,
    barMet: rows.every((row) => row.barMet),
    correct: true,
  };
};
