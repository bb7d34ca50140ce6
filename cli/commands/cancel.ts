import type { Command } from 'commander';
import { type CommandAction, examples, parseList, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Options {
  readonly request?: string;
  readonly account?: readonly string[];
}

const backfills = (n: number): string => (n === 1 ? '1 manual backfill' : `${n} manual backfills`);

const cancel: CommandAction<Options> = async (cli, { request, account }, [text]) => {
  const importer = await cli.importer();
  const { id, displayName } = await importer.find(text);
  const cancelled = await importer.cancelBackfills(id, { requestId: request, accounts: account });
  const { workflowIds, stopping } = cancelled;
  const stays = `What has landed stays; the same \`${cli.xads('backfill')}\` imports what is left.`;
  cli.out.result(
    cancelled,
    workflowIds.length === 0
      ? `✓ ${displayName}: no manual backfill goes on.`
      : stopping.length === 0
        ? `✓ ${displayName}: ${backfills(workflowIds.length)} cancelled, and the jobs at X. ${stays}`
        : `… ${displayName}: ${backfills(stopping.length)} will end as soon as X answers. ${stays}`,
  );
  return EXIT.ok;
};

export const registerCancel: RegisterCommand = (program: Command, run) => {
  program
    .command('cancel')
    .description('End manual backfills, and their jobs at X with them. What has landed stays.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .option('--request <id>', 'only what one backfill has asked for (default: all that go on)')
    .option('--account <ids>', 'only on these accounts, separated by commas (default: all)', parseList)
    .addHelpText('after', examples('xads cancel', 'xads cancel 3f2a9c1d --request 0b6f4f5e-…'))
    .action(run(cancel));
};
