import type { Command } from 'commander';
import type { Restored } from '../../client/answers.js';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const restoredText = ({ connections, runs, deletions }: Restored): string =>
  connections.length + runs + deletions === 0
    ? '✓ Temporal has the workflow of every connection; there was nothing to restore.'
    : `✓ Started anew in Temporal: the workflows of ${connections.length} connections, ${runs} imports that were going on, ${deletions} deletions. Schedules follow within a minute.`;

const restore: CommandAction<Record<string, never>> = async (cli) => {
  const importer = await cli.importer();
  const restored = await importer.restore();
  cli.out.result(restored, restoredText(restored));
  return EXIT.ok;
};

export const registerRestore: RegisterCommand = (program: Command, run) => {
  program
    .command('restore')
    .description('Start the workflows anew that Temporal has lost, from what Postgres knows; nobody signs in again.')
    .addHelpText('after', examples('xads restore', 'xads restore --json'))
    .action(run(restore));
};
