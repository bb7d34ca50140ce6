import { type Command, InvalidArgumentError } from 'commander';
import type { PerformanceOptions } from '../../client/options.js';
import { listedValues } from '../../domain/performance.js';
import { type CommandAction, examples, parseList, type RegisterCommand } from '../command.js';
import { EXIT } from '../exit-codes.js';

interface Options extends Omit<PerformanceOptions, 'accounts'> {
  readonly account?: readonly string[];
  readonly format: string;
}

const report: CommandAction<Options> = async (cli, { account, format, ...options }) => {
  const question = { ...options, accounts: account?.map((id) => id.toLowerCase()) };
  if (format === 'csv' && !cli.out.json) {
    // Not through what shows control characters to people: it would show the ends of lines, too.
    const importer = await cli.plainImporter();
    cli.io.stdout.write(await importer.performanceCsv(question));
    return EXIT.ok;
  }
  const importer = await cli.importer();
  const { performanceText } = await import('../text/performance.js');
  const answer = await importer.performance(question);
  cli.out.result(answer, performanceText(answer));
  return EXIT.ok;
};

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.');
  return Number(text);
};
const formatOf = (text: string): string => {
  if (text !== 'table' && text !== 'csv') throw new InvalidArgumentError('It is table or csv; --json prints JSON.');
  return text;
};

export const registerReport: RegisterCommand = (program: Command, run) => {
  program
    .command('report')
    .description('Ad Performance: the numbers of a range, grouped, filtered and compared.')
    .option('--last <range>', '7d, 30d, yesterday, this_month, last_month, 12m, … (default: 30d)')
    .option('--from <day>', 'first day')
    .option('--to <day>', 'last day (default: yesterday)')
    .option('--account <ids>', 'only these accounts (default: all)', parseList)
    .option('--group-by <dimensions>', 'at most three, such as day,campaign', parseList)
    .option('--metrics <metrics>', 'such as spend,clicks,cpc (default: spend,impressions,clicks,ctr,cpc)', parseList)
    .option('--campaign <ids>', 'only these', listedValues)
    .option('--ad-group <ids>', 'only these', listedValues)
    .option('--ad <ids>', 'only these', listedValues)
    .option('--objective <objectives>', "only these, by X's words", listedValues)
    .option('--status <statuses>', 'only these, such as ACTIVE', listedValues)
    .option('--utm-source <values>', 'only these; an empty value is without', listedValues)
    .option('--utm-medium <values>', 'the same', listedValues)
    .option('--utm-campaign <values>', 'the same', listedValues)
    .option('--utm-term <values>', 'the same', listedValues)
    .option('--utm-content <values>', 'the same', listedValues)
    .option('--text <text>', 'contained in a name')
    .option('--compare <period>', 'previous_period, same_weekdays or previous_year')
    .option('--as-of <instant>', 'the numbers as they stood then')
    .option('--order-by <what>', 'name, a metric or a dimension; -spend is the largest first')
    .option('--limit <n>', 'rows of the table (default: 100); CSV has all', wholeNumber)
    .option('--offset <n>', 'rows to leave out', wholeNumber)
    .option('--format <format>', 'table or csv', formatOf, 'table')
    .addHelpText(
      'after',
      examples(
        'xads report --group-by campaign --last 30d',
        'xads report --group-by utm_campaign --metrics spend,link_clicks,cost_per_link_click --compare previous_period',
        'xads report --group-by day,ad --last last_month --format csv > ads.csv',
        "xads report --group-by campaign --json | jq '.totals'",
      ),
    )
    .action(run(report));
};
