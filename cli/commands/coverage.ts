import type { Command } from 'commander';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Options {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
}

const coverage: CommandAction<Options> = async (cli, { account, from, to }, [text]) => {
  const importer = await cli.importer();
  const { coverageText } = await import('../text/coverage.js');
  const { id } = await importer.find(text);
  const seen = await importer.coverage(id, { accountId: account?.toLowerCase(), from, to });
  cli.out.result(seen, seen.length === 0 ? 'No account is chosen yet.' : seen.map(coverageText).join('\n\n'));
  return seen.every(({ complete }) => complete) ? EXIT.ok : EXIT.incomplete;
};

export const registerCoverage: RegisterCommand = (program: Command, run) => {
  program
    .command('coverage')
    .description('Show, day by day, what is complete, and the reason of what is not.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .option('--account <id>', 'only this account (default: all that are chosen)')
    .option('--from <day>', 'first day (default: where the history that was chosen begins, or the account)')
    .option('--to <day>', 'last day (default: the last that is due)')
    .addHelpText(
      'after',
      examples(
        'xads coverage',
        'xads coverage --account 18ce54d4x5t --from 2026-01-01 --to 2026-01-31',
        "xads coverage --json | jq '.[].complete'",
        'xads coverage > /dev/null || echo "not complete"',
      ),
    )
    .action(run(coverage));
};
