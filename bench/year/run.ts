import { setTimeout as sleep } from 'node:timers/promises';
import type { Opened } from '../../client/open.js';
import type { ConnectionStatus } from '../../client/shapes.js';
import { compareAll } from '../../local/once/compare-all.js';
import { allow } from '../../local/once/consent.js';
import { freezeClock, requestReport, resetRequests } from '../../local/once/simulated.js';
import { requestsByFamily } from '../../local/once/summary.js';
import {
  floorOf,
  type Phases,
  phasesOf,
  refusals,
  submissionOrder,
  type SubmissionOrder,
  tooManyJobs,
  wallBar,
} from '../figures.js';
import { type Machine, round } from '../report.js';
import { machineOf, makeWorld } from '../world.js';
import type { LoadConfig, BenchWorld } from '../world.js';
import { type LongestHistory, longestHistory } from './replay.js';

export interface YearOptions {
  readonly ads: number;
  readonly jobSeconds: number;
  readonly profile: string;
  readonly seed: number;
  readonly days: number;
}

export interface YearRun extends YearOptions {
  readonly jobs: number;
  readonly jobsLowerBound: number;
  readonly requests: Readonly<Record<string, number>>;
  /** From Save to the last committed row. */
  readonly wallSeconds: number;
  readonly floorSeconds: number;
  readonly barSeconds: number;
  /** Until the first row shows in `daily_ad_metrics`, from Save. */
  readonly firstNumbersSeconds: number;
  readonly phases: Phases;
  /** Answers of X from 400 on, by status. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly tooManyJobs: number;
  readonly peakJobsInProcessing: number;
  readonly order: SubmissionOrder;
  readonly rows: Readonly<Record<string, number>>;
  readonly rowsPerSecond: number;
  readonly history: LongestHistory;
  readonly cellsCompared: number;
  readonly failed: number;
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
}

/** The user of the simulator that sees every account. */
const SCREEN_NAME = 'all_accounts';
const LOOK_EVERY_MS = 200;

const secondsSince = (started: number): number => round((performance.now() - started) / 1000, 3);
const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

type Report = (text: string) => void;

/** Signs in, chooses the one account, imports its history and compares it, in a stack of its own that is thrown away. */
export const importYear = async (
  options: YearOptions,
  loadConfig: LoadConfig,
  report: Report,
): Promise<{ run: YearRun; machine: Machine }> => {
  const { ads, jobSeconds, profile, seed, days } = options;
  report(`${ads} ads, ${jobSeconds}-second jobs, ${profile}: starting the stack …`);
  const simulated = { accounts: 1, ads, days, seed, profile, 'job-seconds': jobSeconds };
  await using world = await makeWorld(simulated, loadConfig, report);
  return { run: await measure(world, options, report), machine: await machineOf(world) };
};

const signIn = async ({ importer }: Opened): Promise<string> => {
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: 'Bench' });
  await importer.completeSignIn(await allow(authorizeUrl, SCREEN_NAME));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  return connectionId;
};

/** When the first number shows where people look. */
const firstNumbers = async ({ db }: Opened, started: number, over: AbortSignal): Promise<number> => {
  for (;;) {
    const { rows } = await db.query<{ there: boolean }>(
      'select exists (select from importer.daily_ad_metrics limit 1) as there',
    );
    if (rows[0]?.there === true) return secondsSince(started);
    if (over.aborted) return Number.NaN;
    await sleep(LOOK_EVERY_MS / 2);
  }
};

const measure = async (world: BenchWorld, options: YearOptions, report: Report): Promise<YearRun> => {
  const { simulatorUrl } = world;
  await freezeClock(simulatorUrl);
  const connectionId = await signIn(world);
  await resetRequests(simulatorUrl);
  const over = new AbortController();
  const saved = performance.now();
  const savedAt = Date.now();
  const first = firstNumbers(world, saved, over.signal);
  let status: ConnectionStatus;
  try {
    await world.importer.choose(connectionId);
    status = await world.importer.waitForBackfill(connectionId, {
      interval: LOOK_EVERY_MS,
      onProgress: ({ progress }) =>
        report(`Importing: ${Math.floor(progress.fraction * 100)} % of ${progress.jobs} jobs`),
    });
  } finally {
    over.abort();
  }
  const wallSeconds = secondsSince(saved);
  const blocked = status.accounts.find(({ problem }) => problem !== undefined);
  if (blocked) throw new Error(`the account ${blocked.accountId} is blocked: ${blocked.problem?.nextStep.text}`);
  const requests = await requestReport(simulatorUrl);
  report('Comparing with the truth …');
  const { comparison, bound } = await compareAll(world.db, simulatorUrl, status.runs);
  report('Replaying the longest history …');
  const floorSeconds = floorOf(requests.jobs_created, options.jobSeconds);
  return {
    ...options,
    jobs: requests.jobs_created,
    jobsLowerBound: bound.jobs(),
    requests: requestsByFamily(requests),
    wallSeconds,
    floorSeconds,
    barSeconds: round(wallBar(floorSeconds), 2),
    firstNumbersSeconds: await first,
    phases: phasesOf(requests.jobs, savedAt),
    refusals: refusals(requests),
    tooManyJobs: tooManyJobs(requests),
    peakJobsInProcessing: requests.peak_jobs_in_processing,
    order: submissionOrder(requests.jobs),
    rows: comparison.rows,
    rowsPerSecond: round(total(comparison.rows) / wallSeconds),
    history: await longestHistory(world.temporal),
    cellsCompared: total(comparison.cellsCompared),
    failed: status.runs.reduce((sum, { failed }) => sum + failed, 0),
    missing: comparison.missing,
    doubled: comparison.doubled,
    wrong: comparison.wrong,
  };
};
