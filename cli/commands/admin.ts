import type { Command } from 'commander';
import { InvalidChoice } from '../../client/errors.js';
import { type Cli, type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const link: CommandAction<{ readonly email?: string }> = async (cli, { email }) => {
  const importer = await cli.importer();
  const made = await importer.signInLink({ email });
  const whom = made.kind === 'first_person' ? 'Makes the first owner' : `Signs ${made.email ?? 'the owner'} in`;
  cli.out.result(made, `${made.url}\n${whom}, once, until ${made.expiresAt}.`);
  return EXIT.ok;
};

/** @throws `InvalidChoice` unless the person types the name, or has given --yes */
const requireSure = async (cli: Cli, name: string, yes: boolean | undefined): Promise<void> => {
  if (yes === true) return;
  if (!cli.io.interactive || cli.out.json) {
    throw new InvalidChoice('Deleting cannot be undone.', {
      nextStep: { action: 'retry', text: 'Add --yes to say that you mean it.' },
    });
  }
  const answer = await cli.prompter.prompt(`Delete ${name}, for good? Type it again to go on: `);
  if (answer.trim() !== name) throw new InvalidChoice('That is not the same; nothing was changed.');
};

const deletePerson: CommandAction<{ readonly transferTo?: string; readonly yes?: boolean }> = async (
  cli,
  { transferTo, yes },
  [email = ''],
) => {
  const importer = await cli.importer();
  await requireSure(cli, email, yes);
  const deleted = await importer.deletePerson({ email, transferTo });
  const handed = `${deleted.connectionsHandedOver} of their connections are handed over`;
  cli.out.result(deleted, `✓ ${deleted.email} is deleted; ${handed}. The audit log keeps the name.`);
  return EXIT.ok;
};

const deleteWorkspace: CommandAction<{ readonly yes?: boolean }> = async (cli, { yes }, [workspace = '']) => {
  const importer = await cli.importer();
  await requireSure(cli, workspace, yes);
  const deleted = await importer.deleteWorkspace(workspace);
  const gone = `${deleted.connections} connections and ${deleted.members} memberships`;
  cli.out.result(deleted, `✓ ${deleted.name} is deleted, with ${gone}. The audit log keeps what was done in it.`);
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
  admin
    .command('delete-person')
    .description('Delete a person, with passwords and sessions; their connections are handed over.')
    .argument('<email>', 'the mail address of the person')
    .option('--transfer-to <address>', 'who takes over their connections (default: the first other owner)')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('xads admin delete-person ada@example.com --transfer-to bea@example.com'))
    .action(run(deletePerson));
  admin
    .command('delete-workspace')
    .description('Delete a workspace whose connections are disconnected with their data, and all that is in it.')
    .argument('<workspace>', 'its name, or its id')
    .option('--yes', 'do not ask')
    .addHelpText('after', examples('xads admin delete-workspace "Agency Berlin"'))
    .action(run(deleteWorkspace));
};
