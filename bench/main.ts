/**
 * `npm run bench -- <scenario>`: measures this machine against the bars of docs/benchmarks.md. Each scenario runs in a
 * stack of its own that is thrown away. The exit code is 1 when what was stored is wrong or, with --bars, a bar is missed.
 */
import { Command } from 'commander';
import { loadClientConfig } from '../config.js';
import { progressLine } from '../local/progress.js';
import { ownCommand } from '../process/own-command.js';
import { listOf, number, profile, MEASURED_PROFILES, whole } from './options.js';
import { causes } from './outage.js';
import { type ReportFormat, print } from './report.js';
import { commandLine, commandLineColumns, type CommandLineOptions } from './scenarios/command-line.js';
import { consoleColumns, type ConsoleOptions, consoleScenario } from './scenarios/console.js';
import { daily, type DailyOptions } from './scenarios/daily.js';
import { deletionBeside, deletionColumns, type DeletionOptions, type DeletionReport } from './scenarios/deletion.js';
import { firstNumbersBeside, type FirstNumbersOptions } from './scenarios/first-numbers.js';
import { landing, type LandingOptions } from './scenarios/land.js';
import { manyAccounts, manyAccountsColumns, type ManyAccountsOptions } from './scenarios/many-accounts.js';
import { askPerformance, performanceColumns, type PerformanceBenchOptions } from './scenarios/performance.js';
import { reconcileColumns, reconcileYear, type ReconcileOptions } from './scenarios/reconcile.js';
import { yearBackfill, type YearBackfillOptions } from './scenarios/year-backfill.js';
import { showDaily, showFirstNumbers, showLanding, showYear } from './tables.js';

interface Shared extends ReportFormat {
  /** A missed bar is a failure. */
  readonly bars: boolean;
}

const scenario = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option('--json', 'one JSON object on the last line of the standard output', false)
    .option('--markdown', 'the table as Markdown', false)
    .option('--bars', 'exit 1 when a bar is missed', false);

const finish = ({ bars }: Shared, { correct, barMet }: { correct: boolean; barMet: boolean }): void => {
  if (!correct) process.stderr.write('What was stored is not what should have been.\n');
  if (!correct || (bars && !barMet)) process.exitCode = 1;
};

const progress = progressLine();
const measured = async <T>(task: (report: (text: string) => void) => Promise<T>): Promise<T> => {
  try {
    return await task(progress.report);
  } finally {
    progress.clear();
  }
};

const yearCommand = scenario('year-backfill', "A year of one account's ads, from Save to the last row, and the truth.")
  .option('--ads <list>', 'promoted tweets', listOf(whole(1, 20_000)), [20, 200, 1_000])
  .option('--job-seconds <list>', 'how long X computes a job', listOf(number(0, 3_600)), [8, 40])
  .option('--profile <list>', MEASURED_PROFILES.join(', '), listOf(profile), ['always-on'])
  .option('--seed <n>', "the simulated world's seed", whole(0, 1e9), 7)
  .option('--days <n>', 'days of history', whole(1, 365), 365)
  .option('--repeat <n>', 'runs of each combination', whole(1, 100), 1)
  .action(async (options: YearBackfillOptions & Shared) => {
    const figures = await measured((report) => yearBackfill(options, loadClientConfig, report));
    showYear(options, figures);
    finish(options, figures);
  });

const landingCommand = scenario('landing', 'From gzip files to committed rows, against bare COPY of the same rows.')
  .option('--files <n>', 'result files', whole(1, 10_000), 80)
  .option('--ids <n>', 'ids in a file', whole(1, 20), 20)
  .option('--days <n>', 'days in a file', whole(1, 90), 90)
  .option('--repeat <n>', 'rounds, after one that warms up', whole(1, 100), 5)
  .action(async (options: LandingOptions & Shared) => {
    const figures = await measured((report) => landing(options, report));
    showLanding(options, figures);
    finish(options, figures);
  });

const DAILY: DailyOptions = {
  connections: [1, 100, 1_000],
  ads: 20,
  days: 3,
  history: 30,
  jobSeconds: 2,
  seed: 7,
  onAds: 1_000,
  endedAds: 1_000,
  feedDays: 8,
};

const dailyCommand = scenario(
  'daily',
  'The daily sync of many connections by one worker, and its jobs against a blind re-read.',
)
  .option(
    '--connections <list>',
    'how many, each with one account; 0 leaves them out',
    listOf(whole(0, 5_000)),
    DAILY.connections,
  )
  .option('--ads <n>', 'promoted tweets of each account, always on', whole(1, 1_000), DAILY.ads)
  .option('--days <n>', 'measured days, after the one that imports the history', whole(1, 30), DAILY.days)
  .option('--history <n>', 'days of history', whole(15, 365), DAILY.history)
  .option('--job-seconds <n>', 'how long X computes a job', number(0, 60), DAILY.jobSeconds)
  .option('--seed <n>', "the simulated world's seed", whole(0, 1e9), 7)
  .option('--on-ads <n>', 'jobs against a blind re-read: ads that are all on', whole(1, 5_000), DAILY.onAds)
  .option('--ended-ads <n>', 'the same, where four fifths have ended', whole(1, 5_000), DAILY.endedAds)
  .option('--feed-days <n>', 'days on which those jobs are counted; 0 leaves them out', whole(0, 8), DAILY.feedDays)
  .action(async (options: DailyOptions & Shared) => {
    const figures = await measured((report) => daily(options, loadClientConfig, report));
    showDaily(options, figures);
    finish(options, figures);
    // Counts are the same on every machine, so a miss is a failure whether or not --bars was given.
    if (!figures.countsMet) process.exitCode = 1;
  });

const FIRST_NUMBERS: FirstNumbersOptions = { accounts: 10, ads: 3_000, jobSeconds: 2, days: 365, seed: 7 };

const firstNumbersCommand = scenario(
  'first-numbers',
  "How long a person waits for the first numbers beside somebody else's import of many large accounts.",
)
  .option('--accounts <n>', 'accounts of the large import', whole(1, 100), FIRST_NUMBERS.accounts)
  .option('--ads <n>', 'promoted tweets of each account', whole(1, 5_000), FIRST_NUMBERS.ads)
  .option('--job-seconds <n>', 'how long X computes a job', number(0, 3_600), FIRST_NUMBERS.jobSeconds)
  .option('--days <n>', 'days of history', whole(1, 365), FIRST_NUMBERS.days)
  .option('--seed <n>', "the simulated world's seed", whole(0, 1e9), FIRST_NUMBERS.seed)
  .action(async (options: FirstNumbersOptions & Shared) => {
    const figures = await measured((report) => firstNumbersBeside(options, loadClientConfig, report));
    showFirstNumbers(options, figures);
    finish(options, figures);
  });

const deletionCommand = scenario('deletion', 'Deletes a year of many accounts, beside an import of another account.')
  .option('--accounts <n>', 'accounts of the connection', whole(1, 1_000), 20)
  .option('--ads <n>', 'promoted tweets of each account', whole(1, 5_000), 20)
  .option('--days <n>', 'days of history', whole(1, 365), 365)
  .action(async (options: DeletionOptions & Shared) => {
    const figures = await measured((report) => deletionBeside(options, report));
    const shown = { title: 'Deleting', machine: figures.machine, columns: deletionColumns, rows: [figures], notes: [] };
    print<DeletionReport>(options, shown, figures);
    finish(options, figures);
  });

const manyAccountsCommand = scenario(
  'many-accounts',
  'One connection with many accounts, from the sign-in to the next day.',
)
  .option('--accounts <n>', 'accounts of the connection', whole(1, 5_000), 1_000)
  .option('--ads <n>', 'promoted tweets of each account', whole(1, 20_000), 2)
  .option('--days <n>', 'how many days the accounts have existed; of them the last 30 are imported', whole(2, 365), 35)
  .option('--job-seconds <n>', 'how long X computes a job', number(0, 3_600), 2)
  .option('--seed <n>', "the simulated world's seed", whole(0, 1e9), 7)
  .action(async (options: ManyAccountsOptions & Shared) => {
    const { accounts, ads, days, jobSeconds, seed } = options;
    const sizes: ManyAccountsOptions = { accounts, ads, days, jobSeconds, seed };
    const figures = await measured((report) => manyAccounts(sizes, loadClientConfig, report));
    const { machine } = figures;
    print(
      options,
      { title: 'Many accounts', machine, columns: manyAccountsColumns, rows: [figures], sideways: true, notes: [] },
      figures,
    );
    finish(options, figures);
  });

const commandLineCommand = scenario(
  'command-line',
  'How long `xads --help`, `status` and `coverage` take, in a clone and built.',
)
  .option('--repeat <n>', 'times each, after one that warms up', whole(1, 100), 10)
  .action(async (options: CommandLineOptions & Shared) => {
    const figures = await measured((report) => commandLine({ repeat: options.repeat }, loadClientConfig, report));
    const { machine, rows, load } = figures;
    const notes = [`Medians of ${options.repeat}; the machine's load before the first was ${load}.`];
    print(options, { title: 'The command line', machine, columns: commandLineColumns, rows, notes }, figures);
    finish(options, figures);
  });

const consoleCommand = scenario('console', 'What a person waits for in the browser, and what open tabs cost.')
  .option('--connections <n>', 'in the workspace', whole(1, 10_000), 1_000)
  .option('--tabs <n>', 'open at once', whole(1, 200), 50)
  .option('--repeat <n>', 'times each', whole(1, 100), 5)
  .action(async (options: ConsoleOptions & Shared) => {
    const { connections, tabs, repeat } = options;
    const figures = await measured((report) =>
      consoleScenario({ connections, tabs, repeat }, loadClientConfig, report),
    );
    const { machine } = figures;
    print(
      options,
      { title: 'The console', machine, columns: consoleColumns, rows: [figures], sideways: true, notes: [] },
      figures,
    );
    finish(options, figures);
  });

const reconcileCommand = scenario('reconcile', 'Compares the levels of a year of one account, as xads reconcile does.')
  .option('--ads <n>', 'promoted tweets, each active on each day', whole(1, 20_000), 2_000)
  .option('--days <n>', 'days of history', whole(1, 365), 365)
  .action(async (options: ReconcileOptions & Shared) => {
    const figures = await measured((report) => reconcileYear(options, report));
    const { machine } = figures;
    print(options, { title: 'Reconciling', machine, columns: reconcileColumns, rows: [figures], notes: [] }, figures);
    finish(options, figures);
  });

const performanceCommand = scenario('performance', 'How long Ad Performance takes to answer, by kind of question.')
  .option('--rows <n>', 'facts of all accounts', whole(1_000, 100_000_000), 10_000_000)
  .option('--accounts <n>', 'accounts', whole(1, 1_000), 10)
  .option('--runs <n>', 'questions of each kind, after five that warm up', whole(1, 10_000), 100)
  .action(async (options: PerformanceBenchOptions & Shared) => {
    const figures = await measured((report) => askPerformance(options, report));
    const { machine, facts, adsPerAccount, questions } = figures;
    const notes = [`${facts} facts, ${adsPerAccount} ads in each account; rows and totals of one account at once.`];
    print(options, { title: 'Ad Performance', machine, columns: performanceColumns, rows: questions, notes }, figures);
    finish(options, figures);
  });

const allCommand = new Command('markdown')
  .description('Every figure of docs/benchmarks.md at its full size, as Markdown to paste there. Takes some minutes.')
  .action(async () => {
    const output = { json: false, markdown: true };
    const landed = await measured((report) => landing({ files: 80, ids: 20, days: 90, repeat: 5 }, report));
    showLanding(output, landed);
    const sizes = { seed: 7, days: 365, repeat: 1 };
    const years: YearBackfillOptions[] = [
      { ...sizes, ads: [20], jobSeconds: [2], profile: ['always-on'] },
      { ...sizes, ads: [20, 200, 1_000], jobSeconds: [8, 40], profile: ['always-on'] },
      { ...sizes, ads: [200, 1_000], jobSeconds: [8], profile: ['flighted', 'messy'] },
    ];
    for (const options of years) {
      const figures = await measured((report) => yearBackfill(options, loadClientConfig, report));
      showYear(output, figures);
      finish({ ...output, bars: false }, figures);
    }
    finish({ ...output, bars: false }, landed);
    const days = await measured((report) => daily(DAILY, loadClientConfig, report));
    showDaily(output, days);
    finish({ ...output, bars: false }, days);
    const waited = await measured((report) => firstNumbersBeside(FIRST_NUMBERS, loadClientConfig, report));
    showFirstNumbers(output, waited);
    finish({ ...output, bars: false }, waited);
  });

try {
  await ownCommand('bench', 'Measures this machine against the bars of docs/benchmarks.md.')
    .addCommand(yearCommand)
    .addCommand(landingCommand)
    .addCommand(dailyCommand)
    .addCommand(firstNumbersCommand)
    .addCommand(deletionCommand)
    .addCommand(manyAccountsCommand)
    .addCommand(commandLineCommand)
    .addCommand(consoleCommand)
    .addCommand(reconcileCommand)
    .addCommand(performanceCommand)
    .addCommand(allCommand)
    .parseAsync();
} catch (error) {
  process.stderr.write(`\n${causes(error)}\n`);
  process.exitCode = 1;
}
