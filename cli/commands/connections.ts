import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { grantsText, shortId } from '../text/words.js';

const connections: CommandAction<{ readonly all?: boolean }> = async (cli, { all }) => {
  const importer = await cli.importer();
  const { table } = await import('../text/table.js');
  const listed = await importer.connections({ withDisconnected: all === true });
  const rows = listed.map((connection) => [
    shortId(connection.id),
    connection.displayName,
    connection.screenName === undefined ? '' : `@${connection.screenName}`,
    connection.mark.label,
    grantsText(connection.grants),
    connection.mark.sentence,
  ]);
  cli.out.result(
    listed,
    rows.length === 0
      ? `There is no connection yet. Make one with: ${cli.xads('connect')}`
      : table(['id', 'name', 'X user', 'status', 'accounts', ''], rows),
  );
  return EXIT.ok;
};

export const registerConnections: RegisterCommand = (program: Command, run) => {
  program
    .command('connections')
    .description('List the connections.')
    .option('--all', 'disconnected ones, too')
    .addHelpText('after', examples('xads connections', 'xads connections --all --json'))
    .action(run(connections));
};
