import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Options {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
}

const reconcile: CommandAction<Options> = async (cli, { account, from, to, all }, [text]) => {
  const importer = await cli.importer();
  const { reconciliationText } = await import('../text/reconciliation.js');
  const { id } = await importer.find(text);
  const seen = await importer.reconciliation(id, { accountId: account?.toLowerCase(), from, to, all });
  cli.out.result(seen, seen.length === 0 ? 'No account is chosen yet.' : seen.map(reconciliationText).join('\n\n'));
  return EXIT.ok;
};

export const registerReconcile: RegisterCommand = (program: Command, run) => {
  program
    .command('reconcile')
    .description('Compare ads, line items, campaigns and funding instruments, and say why each remainder can be.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .option('--from <day>', 'first day (default: 29 days before the last day)')
    .option('--to <day>', 'last day (default: yesterday)')
    .option('--account <id>', 'only this account (default: all that are chosen)')
    .option('--all', 'show what agrees, too')
    .addHelpText(
      'after',
      examples(
        'xads reconcile',
        'xads reconcile --from 2026-02-01 --to 2026-02-28 --account 18ce54d4x5t',
        "xads reconcile --json | jq '.[].unexplained'",
      ),
    )
    .action(run(reconcile));
};
