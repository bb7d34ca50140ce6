import type { Command } from 'commander';
import type { DayRange } from '../../domain/calendar.js';
import { type CommandAction, examples, parseList, type RegisterCommand } from '../command.js';
import { InvalidRange } from '../../client/errors.js';
import { EXIT } from '../exit-codes.js';
import { statusExit } from './status.js';
import { shortId } from '../text/words.js';
import { watching } from '../watch.js';

interface Options {
  readonly from: string;
  readonly to: string;
  readonly account?: readonly string[];
  readonly refetch?: boolean;
  readonly watch?: boolean;
}

const backfill: CommandAction<Options> = async (cli, { from, to, account, refetch, watch }, [text]) => {
  const importer = await cli.importer();
  const { id } = await importer.find(text);
  const started = await importer.backfill(id, { from, to, accounts: account, refetch });
  for (const note of started.notes) cli.out.note(`! ${note}`);
  const accounts = `${started.accounts.length} account${started.accounts.length === 1 ? '' : 's'}`;
  const days = ({ from: first, to: last }: DayRange): string => `${first} to ${last}, ${accounts}`;
  if (watch !== true) {
    cli.out.result(
      started,
      `✓ Importing ${days(started.range)}. Follow it with: ${cli.xads(`status ${shortId(id)} --watch`)}`,
    );
    return EXIT.ok;
  }
  const status = await watching(cli, id, (options) => importer.waitForWorkflows(id, started.workflowIds, options));
  const { range, notes } = await importer.daysImported(id, started);
  if (range === undefined) throw new InvalidRange(`Nothing was imported. ${notes.join(' ')}`);
  for (const note of notes) cli.out.note(`! ${note}`);
  cli.out.result({ ...started, range, notes: [...started.notes, ...notes], status }, `✓ Imported ${days(range)}.`);
  return statusExit(status);
};

export const registerBackfill: RegisterCommand = (program: Command, run) => {
  program
    .command('backfill')
    .description('Import a range of days, at most a year, beside whatever runs. What has landed is not fetched again.')
    .argument('[connection]', 'its id, the beginning of it, or its name (default: the only one)')
    .requiredOption('--from <day>', 'first day, YYYY-MM-DD, in the account’s time zone')
    .requiredOption('--to <day>', 'last day, included')
    .option('--account <ids>', 'only these accounts, separated by commas (default: all that are chosen)', parseList)
    .option('--refetch', 'read the days again although they have landed')
    .option('--watch', 'stay, with a progress bar, until the range is imported')
    .addHelpText(
      'after',
      examples(
        'xads backfill --from 2026-01-01 --to 2026-03-31',
        'xads backfill 3f2a9c1d --from 2026-02-01 --to 2026-02-28 --account 18ce54d4x5t --refetch --watch',
      ),
    )
    .action(run(backfill));
};
