import type { Command } from 'commander';
import { parseBy, parseLevel } from '../parse-options.js';
import { type CommandAction, examples, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Options {
  readonly account?: string;
  readonly from?: string;
  readonly to?: string;
  readonly level?: string;
  readonly by?: string;
}

const restatements: CommandAction<Options> = async (cli, { account, from, to, level, by }, [text]) => {
  const chosen = {
    level: level === undefined ? undefined : parseLevel(level),
    by: by === undefined ? undefined : parseBy(by),
  };
  const importer = await cli.importer();
  const { restatementsText } = await import('../text/restatements.js');
  const { id } = await importer.find(text);
  const seen = await importer.restatements(id, { accountId: account?.toLowerCase(), from, to, ...chosen });
  cli.out.result(seen, seen.length === 0 ? 'No account is chosen yet.' : seen.map(restatementsText).join('\n\n'));
  return EXIT.ok;
};

export const registerRestatements: RegisterCommand = (program: Command, run) => {
  program
    .command('restatements')
    .description('List what X has changed since it was first stored: by how much, in micros and per cent.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .option('--from <day>', 'first day (default: 29 days before the last day)')
    .option('--to <day>', 'last day (default: yesterday)')
    .option('--account <id>', 'only this account (default: all that are chosen)')
    .option('--level <level>', 'FUNDING_INSTRUMENT, CAMPAIGN, LINE_ITEM, PROMOTED_TWEET … (default: CAMPAIGN)')
    .option('--by <what>', 'day or entity (default: day)')
    .addHelpText(
      'after',
      examples(
        'xads restatements --from 2026-02-01 --to 2026-02-28',
        'xads restatements --from 2026-02-01 --to 2026-02-28 --account 18ce54d4x5t --level LINE_ITEM --by entity',
        "xads restatements --json | jq '.[].totals[].spendMicros'",
      ),
    )
    .action(run(restatements));
};
