import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';
import { shortId } from '../text/words.js';

const syncNow: CommandAction<Record<string, never>> = async (cli, _options, [text]) => {
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  const accounts = await importer.sync(id);
  cli.out.result(
    { connectionId: id, accounts },
    `✓ ${displayName}: the daily sync of ${accounts.length === 1 ? '1 account' : `${accounts.length} accounts`} runs now. Follow it with: ${cli.xads(`status ${shortId(id)} --watch`)}`,
  );
  return EXIT.ok;
};

export const registerSync: RegisterCommand = (program: Command, run) => {
  program
    .command('sync')
    .description('Run the daily sync now: every due day that is not covered, and every day that X has changed since.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .addHelpText('after', examples('xads sync', 'xads sync 3f2a9c1d --json'))
    .action(run(syncNow));
};
