import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

const rotateKey: CommandAction<Record<string, never>> = async (cli) => {
  const importer = await cli.importer();
  const resealed = await importer.rotateKey();
  const { credentials, oauthRequests, hooks } = resealed;
  cli.out.result(
    resealed,
    credentials + oauthRequests + hooks === 0
      ? '✓ Everything is sealed with the first key already; the other keys may be removed from IMPORTER_KEY.'
      : `✓ Sealed again with the first key: ${credentials} of the credentials, ${oauthRequests} of the sign-ins under way, ${hooks} of the settings with hooks. Once every worker has the new list, the other keys may be removed from IMPORTER_KEY.`,
  );
  return EXIT.ok;
};

export const registerRotateKey: RegisterCommand = (program: Command, run) => {
  program
    .command('rotate-key')
    .description('Seal all stored tokens again with the first key of IMPORTER_KEY, so that the older keys may go.')
    .addHelpText(
      'after',
      examples('IMPORTER_KEY="$NEW_KEY,$OLD_KEY" xads rotate-key', 'xads rotate-key', 'xads rotate-key --json'),
    )
    .action(run(rotateKey));
};
