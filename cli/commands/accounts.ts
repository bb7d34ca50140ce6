import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const accounts: CommandAction<Record<string, never>> = async (cli, _options, [text]) => {
  const importer = await cli.importer();
  const { id } = await importer.find(text);
  const { accountsTable } = await import('../text/table.js');
  const listed = await importer.accounts(id);
  cli.out.result(
    listed,
    listed.length === 0
      ? 'No ad accounts are known for this connection; X has not authorized it yet.'
      : accountsTable(listed),
  );
  return EXIT.ok;
};

export const registerAccounts: RegisterCommand = (program: Command, run) => {
  program
    .command('accounts')
    .description('List the ad accounts that the connection can see, with role and state, and why one cannot be chosen.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .addHelpText('after', examples('xads accounts', 'xads accounts 3f2a9c1d --json'))
    .action(run(accounts));
};
