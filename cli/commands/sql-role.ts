import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const sqlRole: CommandAction<object> = async (cli, _, [name = 'analyst']) => {
  const importer = await cli.importer();
  const made = await importer.sqlRole(name);
  const password =
    made.password === null
      ? `The role ${made.name} was there already: its password is as it was, and it reads every view.`
      : `The role ${made.name} reads every view, for 60 seconds a statement. Its password, which is not shown again:\n${made.password}`;
  cli.out.result(made, password);
  return EXIT.ok;
};

export const registerSqlRole: RegisterCommand = (program: Command, run) => {
  program
    .command('sql-role')
    .description(
      'Make a role of the database that reads the views and nothing else, for Looker Studio, Metabase, Grafana.',
    )
    .argument('[name]', 'small letters, digits and underscores (default: analyst)')
    .addHelpText('after', examples('xads sql-role', 'xads sql-role metabase', 'xads sql-role metabase --json'))
    .action(run(sqlRole));
};
