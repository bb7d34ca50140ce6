import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const link: CommandAction<{ readonly email?: string }> = async (cli, { email }) => {
  const importer = await cli.importer();
  const made = await importer.signInLink({ email });
  const whom = made.kind === 'first_person' ? 'Makes the first owner' : `Signs ${made.email ?? 'the owner'} in`;
  cli.out.result(made, `${made.url}\n${whom}, once, until ${made.expiresAt}.`);
  return EXIT.ok;
};

export const registerAdmin: RegisterCommand = (program: Command, run) => {
  const admin = program.command('admin').description('What the operator does for the people of the console.');
  admin
    .command('link')
    .description('Print a link that signs in to the console, once: for the first owner, or whoever is locked out.')
    .option('--email <address>', 'of whom; where nobody is there yet, of the first owner (default: the first owner)')
    .addHelpText(
      'after',
      examples('xads admin link', 'xads admin link --email ada@example.com', 'xads admin link --json'),
    )
    .action(run(link));
};
