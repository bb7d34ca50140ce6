import { existsSync, readdirSync } from 'node:fs';
import { loadClientConfig } from '../../config.js';
import { openWith } from '../../client/open.js';
import type { Opened } from '../../client/open.js';
import { throwawayEnvironment } from '../environment.js';
import { progressLine } from '../progress.js';
import { startStack } from '../stack.js';
import { throwawayFolder } from '../throwaway-folder.js';
import type { Stack } from '../stack.js';
import { floorSeconds } from './bounds.js';
import { compareAll } from './compare-all.js';
import { allow } from './consent.js';
import { compareLeftOut } from './left-out.js';
import { readOptions } from './options.js';
import type { OnceOptions } from './options.js';
import { freezeClock, requestReport, resetRequests } from './simulated.js';
import { human, requestsByFamily } from './summary.js';
import type { Summary } from './summary.js';

/** The user of the simulator that sees every account. */
const SCREEN_NAME = 'all_accounts';

/**
 * Runs the main job unattended against the simulator: from *Continue with X Ads* to a year of numbers. Then compares every
 * stored cell with the simulator's truth. Returns the exit code: 0 only when all are equal.
 */
export const once = async (args: readonly string[]): Promise<number> => {
  const options = readOptions(args);
  if (options.keep !== undefined && existsSync(options.keep) && readdirSync(options.keep).length > 0) {
    throw new Error(
      `${options.keep} is not empty, and numbers of another world would look wrong. Name another folder, or remove it.`,
    );
  }
  using folder = throwawayFolder();
  const dataDir = options.keep ?? folder.path;
  const line = progressLine();
  line.report('Starting Postgres, Temporal, the simulator and a worker …');
  try {
    const stack = await startStack({
      dataDir,
      environment: throwawayEnvironment(),
      simulator: simulatorOptions(options),
      ui: options.keep !== undefined,
      progress: line.report,
    });
    try {
      const summary = await run(stack, options, line.report);
      line.clear();
      process.stderr.write(human(summary));
      if (options.json) process.stdout.write(`${JSON.stringify(summary)}\n`);
      return isEqual(summary) ? 0 : 1;
    } finally {
      await stack.stop();
    }
  } finally {
    line.clear();
  }
};

const simulatorOptions = ({ accounts, ads, days, jobSeconds, seed, profile }: OnceOptions): readonly string[] =>
  Object.entries({ accounts, ads, days, 'job-seconds': jobSeconds, seed, profile }).flatMap(([name, value]) => [
    `--${name}`,
    `${value}`,
  ]);

const isEqual = ({ missing, doubled, wrong, cellsCompared, failed }: Summary): boolean =>
  missing + doubled + wrong + failed === 0 && Object.values(cellsCompared).every((cells) => cells > 0);

type Report = (text: string) => void;

const run = async (stack: Stack, options: OnceOptions, report: Report): Promise<Summary> => {
  const { simulatorUrl } = stack;
  if (simulatorUrl === undefined)
    throw new Error('--once speaks to the simulator only; unset X_CONSUMER_KEY and X_CONSUMER_SECRET');
  await using opened = await open(stack);
  await freezeClock(simulatorUrl);
  await resetRequests(simulatorUrl);
  const started = performance.now();
  const connectionId = await connect(opened, report);
  const saved = performance.now();
  const status = await opened.importer.waitForBackfill(connectionId, {
    onProgress: ({ progress: { jobs, fraction } }) =>
      report(jobs === 0 ? 'Planning …' : `Importing: ${Math.floor(fraction * 100)} % of ${jobs} jobs`),
  });
  const finished = performance.now();
  const blocked = status.accounts.find(({ problem }) => problem !== undefined);
  if (blocked) throw new Error(`The account ${blocked.accountId} is blocked: ${blocked.problem?.nextStep.text}`);

  const { comparison, bound } = await compareAll(opened.db, simulatorUrl, status.runs, report);
  const { leftOut, differences } = await compareLeftOut(opened.db, simulatorUrl, status);
  const requests = await requestReport(simulatorUrl);
  const accounts = new Set(requests.jobs.map((job) => job.account_id));
  const jobsByAccount = [...accounts].map((id) => requests.jobs.filter((job) => job.account_id === id).length);
  return {
    accounts: status.accounts.length,
    days: options.days,
    rows: comparison.rows,
    jobs: requests.jobs_created,
    jobsLowerBound: bound.jobs(),
    peakJobsInProcessing: requests.peak_jobs_in_processing,
    requests: requestsByFamily(requests),
    status429: requests.counts.filter(({ status: code }) => code === 429).reduce((sum, { count }) => sum + count, 0),
    tooManyJobs: requests.limits_hit['jobs in processing'] ?? 0,
    signInSeconds: seconds(saved - started),
    wallSeconds: seconds(finished - saved),
    floorSeconds: floorSeconds(jobsByAccount, options.jobSeconds),
    cellsCompared: comparison.cellsCompared,
    failed: differences.length,
    missing: comparison.missing,
    doubled: comparison.doubled,
    wrong: comparison.wrong,
    examples: [...comparison.examples, ...differences],
    leftOut,
  };
};

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000;

const open = async (stack: Stack): Promise<Opened & AsyncDisposable> => {
  const opened = await openWith(loadClientConfig(stack.environment), { actor: 'npm start -- --once' });
  return Object.assign(opened, { [Symbol.asyncDispose]: () => opened.importer.close() });
};

/** Add Connection → Continue with X Ads → authorize → choose accounts, history and wait. */
const connect = async ({ importer }: Opened, report: Report): Promise<string> => {
  report('Authorizing …');
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: 'Simulated X Ads' });
  await importer.completeSignIn(await allow(authorizeUrl, SCREEN_NAME));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  report('Choosing all accounts …');
  await importer.choose(connectionId);
  return connectionId;
};
