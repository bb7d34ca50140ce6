import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import type { Command } from 'commander';
import type { DatabaseRestored, Restored } from '../../client/answers.js';
import { InvalidChoice } from '../../client/errors.js';
import { type Cli, type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const restoredText = ({ connections, runs, deletions }: Restored): string =>
  connections.length + runs + deletions === 0
    ? '✓ Temporal has the workflow of every connection; there was nothing to restore.'
    : `✓ Started anew in Temporal: the workflows of ${connections.length} connections, ${runs} imports that were going on, ${deletions} deletions. Schedules follow within a minute.`;

const databaseText = ({ tables, rows, createdAt }: DatabaseRestored): string =>
  `✓ ${rows} rows of ${tables} tables are restored, as they were at ${createdAt}.`;

const fromFile = async (cli: Cli, file: string): Promise<DatabaseRestored> => {
  if (file !== '-') {
    await access(file).catch((error: unknown) => {
      throw new InvalidChoice(`The file ${file} cannot be read.`, { cause: error });
    });
  }
  const importer = await cli.importer();
  return importer.restoreDatabase(file === '-' ? cli.io.stdin : createReadStream(file));
};

const restore: CommandAction<Record<string, never>> = async (cli, _options, [file]) => {
  const importer = await cli.importer();
  if (file === undefined) {
    const restored = await importer.restore();
    cli.out.result(restored, restoredText(restored));
    return EXIT.ok;
  }
  const database = await fromFile(cli, file);
  cli.out.note(databaseText(database));
  // Workflows that Temporal still has belong to another moment.
  const restored = await importer.restore({ anew: true });
  cli.out.result({ ...restored, database }, restoredText(restored));
  return EXIT.ok;
};

export const registerRestore: RegisterCommand = (program: Command, run) => {
  program
    .command('restore')
    .description(
      'Start the workflows anew that Temporal has lost, from what Postgres knows; with a file, restore a backup into an empty database before.',
    )
    .argument('[file]', 'a backup that was written before, or - for standard input')
    .addHelpText('after', examples('xads restore', 'xads restore importer.backup'))
    .action(run(restore));
};
