import { setTimeout as sleep } from 'node:timers/promises';
import type { Opened } from '../../client/open.js';
import { allow } from '../../local/once/consent.js';
import { requestReport, simulatedAccounts } from '../../local/once/simulated.js';
import { FIRST_NUMBERS_BESIDE_BAR, refusals, tooManyJobs } from '../figures.js';
import { type Column, type Machine, round } from '../report.js';
import { machineOf, makeWorld } from '../world.js';
import type { LoadConfig, BenchWorld } from '../world.js';

/*
 * How long a person waits for the first numbers while another person imports ten large accounts. Each is an X user with
 * accounts of their own, so that they share the worker, Postgres and Temporal, and none of X's limits.
 */

export interface FirstNumbersOptions {
  /** Of the one who imports a lot. */
  readonly accounts: number;
  readonly ads: number;
  readonly jobSeconds: number;
  readonly days: number;
  readonly seed: number;
}

/** What goes on beside when the person presses Save. */
const MOMENTS = ['alone', 'beside planning', 'beside importing'] as const;
type PastMoment = (typeof MOMENTS)[number];

export interface Waited {
  readonly moment: PastMoment;
  /** From Save to the first row of the account in `daily_ad_metrics`. */
  readonly seconds: number;
  /** The ratio to the time that it takes alone. */
  readonly ratio: number;
}

export interface FirstNumbersReport {
  readonly scenario: 'first-numbers';
  readonly machine: Machine;
  readonly options: FirstNumbersOptions;
  readonly waited: readonly Waited[];
  /** Jobs that the large import had made when it was over for the measurement. */
  readonly jobs: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly tooManyJobs: number;
  readonly bar: number;
  readonly correct: boolean;
  readonly barMet: boolean;
}

const LOOK_EVERY_MS = 100;
const TIMEOUT_MS = 600_000;
/** The large import is under way: X computes for every account, files land and creates wait for the next minute. */
const JOBS_IN_THE_MIDDLE = 400;

type Report = (text: string) => void;

const until = async (what: string, condition: () => Promise<boolean>): Promise<void> => {
  const giveUp = Date.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
};

const signIn = async ({ importer }: Opened, screenName: string): Promise<string> => {
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: screenName });
  await importer.completeSignIn(await allow(authorizeUrl, screenName));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  return connectionId;
};

/** Seconds from Save to the first row of the account. */
const firstNumbers = async ({ db, importer }: Opened, connectionId: string, accountId: string): Promise<number> => {
  const saved = performance.now();
  await importer.choose(connectionId, { accounts: [accountId] });
  await until(`the first numbers of ${accountId}`, async () => {
    const { rows } = await db.query<{ there: boolean }>(
      'select exists (select from importer.daily_ad_metrics where ad_account_id = $1) as there',
      [accountId],
    );
    return rows[0]?.there === true;
  });
  return round((performance.now() - saved) / 1000, 2);
};

const jobsOf = async ({ db }: Opened, connectionId: string): Promise<number> =>
  (
    await db.query<{ jobs: number }>(
      `select count(*) as jobs from importer.jobs j join importer.import_runs r on r.id = j.run_id where r.connection_id = $1`,
      [connectionId],
    )
  ).rows[0]?.jobs ?? 0;

const measure = async (
  world: BenchWorld,
  options: FirstNumbersOptions,
  report: Report,
): Promise<Omit<FirstNumbersReport, 'machine'>> => {
  const { importer, simulatorUrl } = world;
  const accounts = (await simulatedAccounts(simulatorUrl)).map(({ id }) => id);
  const own = (index: number): string => accounts[options.accounts + index] ?? '';
  const persons: string[] = [];
  for (const index of MOMENTS.keys()) persons.push(await signIn(world, `user_${options.accounts + index + 1}`));
  const large = await signIn(world, 'all_accounts');
  const wait = async (index: number): Promise<number> => {
    report(`First numbers ${MOMENTS[index]} …`);
    const seconds = await firstNumbers(world, persons[index] ?? '', own(index));
    // The rest of this year would run beside the next measurement as a second large import.
    await importer.disconnect(persons[index] ?? '');
    return seconds;
  };

  const alone = await wait(0);
  await importer.choose(large, { accounts: accounts.slice(0, options.accounts) });
  const besidePlanning = await wait(1);
  await until('the large import to be in the middle', async () => (await jobsOf(world, large)) >= JOBS_IN_THE_MIDDLE);
  const besideImporting = await wait(2);
  const jobs = await jobsOf(world, large);
  await importer.disconnect(large);

  const requests = await requestReport(simulatorUrl);
  const seconds = [alone, besidePlanning, besideImporting];
  const waited = MOMENTS.map((moment, index) => ({
    moment,
    seconds: seconds[index] ?? Number.NaN,
    ratio: round((seconds[index] ?? Number.NaN) / alone, 2),
  }));
  const refused = refusals(requests);
  return {
    scenario: 'first-numbers',
    options,
    waited,
    jobs,
    refusals: refused,
    tooManyJobs: tooManyJobs(requests),
    bar: FIRST_NUMBERS_BESIDE_BAR,
    correct: tooManyJobs(requests) === 0 && (refused['429'] ?? 0) === 0,
    barMet: waited.every(({ ratio }) => ratio <= FIRST_NUMBERS_BESIDE_BAR),
  };
};

export const firstNumbersBeside = async (
  options: FirstNumbersOptions,
  loadConfig: LoadConfig,
  report: Report = () => undefined,
): Promise<FirstNumbersReport> => {
  const { accounts, ads, jobSeconds, days, seed } = options;
  report(`${accounts} accounts of ${ads} ads: starting the stack …`);
  const sizes = { accounts: accounts + MOMENTS.length, ads, days, seed };
  const simulated = { ...sizes, profile: 'always-on', 'job-seconds': jobSeconds };
  await using world = await makeWorld(simulated, loadConfig, report);
  return { ...(await measure(world, options, report)), machine: await machineOf(world) };
};

export const waitedColumns: readonly Column<Waited>[] = [
  ['first numbers', ({ moment }) => moment],
  ['seconds', ({ seconds }) => seconds],
  ['× alone', ({ ratio }) => ratio],
];
