import { FIRST_NUMBERS_BAR, HISTORY_BARS, JOBS_BAR } from '../figures.js';
import { type Column, type Machine, machine, met, round } from '../report.js';
import { requestsOf, REQUEST_KINDS } from '../request-kinds.js';
import { importYear, type YearRun } from '../year/run.js';
import type { LoadConfig } from '../world.js';

export interface YearBackfillOptions {
  readonly ads: readonly number[];
  readonly jobSeconds: readonly number[];
  readonly profile: readonly string[];
  readonly seed: number;
  readonly days: number;
  readonly repeat: number;
}

export interface YearReport {
  readonly scenario: 'year-backfill';
  readonly machine: Machine;
  readonly runs: readonly (YearRun & { readonly bars: Bars })[];
  readonly correct: boolean;
  readonly barMet: boolean;
}

export interface Bars {
  readonly firstNumbers: boolean;
  readonly wall: boolean;
  /** Only for ads that are always on: there the bound can be reached. */
  readonly jobs: boolean;
  readonly noRefusal: boolean;
  readonly history: boolean;
}

const barsOf = (run: YearRun): Bars => ({
  // The bar is for jobs of two seconds; longer jobs add their own time.
  firstNumbers: run.jobSeconds > FIRST_NUMBERS_BAR.jobSeconds || run.firstNumbersSeconds <= FIRST_NUMBERS_BAR.seconds,
  wall: run.wallSeconds <= run.barSeconds,
  jobs: run.profile !== 'always-on' || run.jobs <= Math.ceil(JOBS_BAR * run.jobsLowerBound),
  noRefusal: run.tooManyJobs === 0 && (run.refusals['429'] ?? 0) === 0,
  history: run.history.events <= HISTORY_BARS.events && run.history.replaySeconds <= HISTORY_BARS.replaySeconds,
});

const isEqual = ({ missing, doubled, wrong, failed, cellsCompared }: YearRun): boolean =>
  missing + doubled + wrong + failed === 0 && cellsCompared > 0;

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

/** A year of one account, for every combination of the sizes, each in a stack of its own. */
export const yearBackfill = async (
  options: YearBackfillOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void = () => undefined,
): Promise<YearReport> => {
  const { seed, days } = options;
  const runs: (YearRun & { bars: Bars })[] = [];
  let on = machine();
  for (const profile of options.profile) {
    for (const ads of options.ads) {
      for (const jobSeconds of options.jobSeconds) {
        for (let n = 0; n < options.repeat; n += 1) {
          const measured = await importYear({ ads, jobSeconds, profile, seed, days }, loadConfig, report);
          on = measured.machine;
          runs.push({ ...measured.run, bars: barsOf(measured.run) });
        }
      }
    }
  }
  return {
    scenario: 'year-backfill',
    machine: on,
    runs,
    correct: runs.every(isEqual),
    barMet: runs.every(({ bars }) => Object.values(bars).every(Boolean)),
  };
};

const spell = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} × ${name}`)
    .join(', ') || '0';

export const yearColumns: readonly Column<YearReport['runs'][number]>[] = [
  ['profile, ads, job seconds', ({ profile, ads, jobSeconds }) => `${profile}, ${ads}, ${jobSeconds} s`],
  ['wall s', ({ wallSeconds }) => round(wallSeconds, 1)],
  ['floor s', ({ floorSeconds }) => floorSeconds],
  ['bar s', ({ barSeconds }) => round(barSeconds, 1)],
  ['within the bar', ({ bars }) => met(bars.wall)],
  ['first numbers visible s', ({ firstNumbersSeconds }) => round(firstNumbersSeconds, 1)],
  ['first create s', ({ phases }) => round(phases.firstCreate, 1)],
  ['last create s', ({ phases }) => round(phases.lastCreate, 1)],
  ['last job done at X s', ({ phases }) => round(phases.lastJobDone, 1)],
  ['jobs / least', ({ jobs, jobsLowerBound }) => `${jobs} / ${jobsLowerBound}`],
  ['peak jobs at once', ({ peakJobsInProcessing }) => peakJobsInProcessing],
  ['creates out of order', ({ order }) => (order.late === 0 ? '0' : `${order.late}, by ${order.furthest} at most`)],
  ['answers from 400 on', ({ refusals }) => spell(refusals)],
  ['TOO_MANY_JOBS', ({ tooManyJobs }) => tooManyJobs],
  ...REQUEST_KINDS.map(([kind, family]): Column<YearReport['runs'][number]> => [
    `requests: ${kind}`,
    ({ requests }) => requestsOf(requests, family),
  ]),
  ['requests: all others', ({ requests }) => requestsOf(requests, undefined)],
  ['rows', ({ rows }) => total(rows)],
  ['rows/s', ({ rowsPerSecond }) => rowsPerSecond],
  ['longest history, events', ({ history }) => `${history.events} (${history.workflowType})`],
  ['its replay s', ({ history }) => round(history.replaySeconds, 2)],
  ['cells missing, doubled, wrong', ({ missing, doubled, wrong }) => `${missing}, ${doubled}, ${wrong}`],
];
