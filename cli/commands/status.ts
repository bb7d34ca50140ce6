import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { meant } from '../../domain/connection.js';
import type { ConnectionStatus } from '../../client/shapes.js';
import { watching } from '../watch.js';

/** A problem that only a person can cure is an exit code of its own, so that a script notices. */
export const statusExit = (status: ConnectionStatus): ExitCode =>
  status.problem !== undefined || status.grants.blocked > 0 || status.phase === 'needs_reauthorization'
    ? EXIT.needsPerson
    : EXIT.ok;

/** Of several problems the exit code of any. */
const exitOfAll = (all: readonly ConnectionStatus[]): ExitCode =>
  all.map(statusExit).find((code) => code !== EXIT.ok) ?? EXIT.ok;

const status: CommandAction<{ readonly watch?: boolean }> = async (cli, { watch }, [text]) => {
  const importer = await cli.importer();
  const { statusText } = await import('../text/status.js');
  if (text === undefined && watch !== true) {
    const several = meant(await importer.connections());
    if (several.length > 1) {
      const all = await Promise.all(several.map(({ id }) => importer.status(id)));
      cli.out.result(all, all.map((each) => statusText(each, cli.io.place)).join('\n\n'));
      return exitOfAll(all);
    }
  }
  const { id } = await importer.find(text);
  const seen =
    watch === true
      ? await watching(cli, id, (options) => importer.waitUntilIdle(id, options))
      : await importer.status(id);
  cli.out.result(seen, statusText(seen, cli.io.place));
  return statusExit(seen);
};

export const registerStatus: RegisterCommand = (program: Command, run) => {
  program
    .command('status')
    .description("Show a connection's phase, accounts, progress and waits, and the next step of each problem.")
    .argument('[connection]', 'its id, the beginning of it, or its name (default: all)')
    .option('--watch', 'stay, with a progress bar, until nothing is being imported')
    .addHelpText('after', examples('xads status', 'xads status 3f2a9c1d --watch', 'xads status --json | jq .progress'))
    .action(run(status));
};
