import { setTimeout as delay } from 'node:timers/promises';
import { dayOf, startOfDay } from '../../domain/calendar.js';
import type { Instant } from '../../domain/calendar.js';
import { lastDueDay } from '../../domain/ask.js';
import { IMPORTER_QUEUE, workflowTypes } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { simulatedAccounts } from '../../local/once/simulated.js';
import type { SimulatedAccount } from '../../local/once/simulated.js';
import { troubleOf } from './calendar-of-trouble.js';
import { makeWorld, SCREEN_NAME, signIn } from './world.js';
import type { LoadConfig, World } from './world.js';

export interface SoakOptions {
  readonly days: number;
  readonly ads: number;
  readonly accounts: number;
  readonly seed: number;
}

export interface SoakReport {
  readonly days: number;
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  /** Cells that `as_of` tells differently from what was stored then. */
  readonly asOfWrong: number;
  /** Due days of an account × level × placement that coverage does not call complete. */
  readonly notGreen: number;
  readonly restatements: number;
  readonly seconds: number;
  readonly examples: readonly string[];
}

const DAY_MS = 86_400_000;
/** Some years end and begin with daylight saving in both hemispheres: this one is lived from February on. */
const FIRST_MORNING = Date.parse('2026-02-10T12:00:00Z');

type Report = (text: string) => void;

export const soak = async (options: SoakOptions, loadConfig: LoadConfig, report: Report): Promise<SoakReport> => {
  const started = performance.now();
  const { days, ads, accounts, seed } = options;
  const now = new Date(FIRST_MORNING).toISOString();
  const world = ['--now', now, '--days', '40', '--job-seconds', '0', '--profile', 'messy'];
  await using live = await makeWorld(
    [...world, '--ads', `${ads}`, '--accounts', `${accounts}`, '--seed', `${seed}`],
    loadConfig,
    report,
  );
  await live.control('PUT', 'clock', { frozen: true });
  let connectionId = await signIn(live, undefined);
  await live.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await live.importer.waitForBackfill(connectionId);
  await live.control('PUT', 'faults', [{ kind: 'job_failed', rate: 0.03, seed }]);
  const zones = await simulatedAccounts(live.simulatorUrl);
  const remembered: Remembered[] = [];
  for (let day = 1; day <= days; day += 1) {
    const trouble = troubleOf(day, days);
    const nominal = new Date(FIRST_MORNING + day * DAY_MS).toISOString();
    report(`Day ${day} of ${days}: ${dayOf(nominal, 'utc')}`);
    await live.control('PUT', 'clock', { now: nominal });
    if (trouble.asleep) continue;
    if (trouble.tokenDies) await killToken(live);
    await syncAll(live, zones, nominal, day);
    if (trouble.tokenDies) {
      connectionId = await signIn(live, connectionId);
      await untilActive(live, connectionId);
      await syncAll(live, zones, nominal, day, 'again');
    }
    if (trouble.remembered) remembered.push(await remember(live));
  }
  await live.control('PUT', 'faults', []);
  report('Comparing with the truth …');
  return { ...(await judge(live, zones, days, remembered)), seconds: Math.round((performance.now() - started) / 1000) };
};

/** The person revokes the app: every token of the user is dead from the next request on. */
const killToken = (live: World): Promise<void> =>
  live.control('PUT', 'faults', [{ kind: 'token_revoked', times: 1, match: { screen_name: SCREEN_NAME } }]);

const untilActive = async ({ importer }: World, connectionId: string): Promise<void> => {
  while ((await importer.connection(connectionId)).phase !== 'active') await delay(200);
};

/** Starts the daily workflow of each account with its nominal time, as the schedule does, and waits for all. */
const syncAll = async (
  { temporal }: World,
  zones: readonly SimulatedAccount[],
  nominal: Instant,
  day: number,
  suffix = 'sync',
): Promise<void> => {
  await Promise.all(
    zones.map(({ id }) =>
      temporal.workflow.execute(workflowTypes.dailySync, {
        taskQueue: IMPORTER_QUEUE,
        workflowId: `${suffix}/${id}/${day}`,
        args: [{ accountId: id, nominal }],
      }),
    ),
  );
};

interface Remembered {
  readonly at: Instant;
  readonly table: string;
}

/** Keeps a copy of all facts as they are now, to hold `as_of` against at the end. */
const remember = async ({ db }: World): Promise<Remembered> => {
  const { rows } = await db.query<{ at: Instant }>('select max(observed_at) as at from importer.receipts');
  const at = rows[0]?.at;
  if (at === undefined) throw new Error('nothing has landed yet');
  const table = `soak_${at.replaceAll(/\D/g, '')}`;
  await db.query(`create table if not exists public.${table} as select * from importer.facts`);
  return { at, table };
};

const COLUMNS =
  'account_id, level, entity_id, placement, day, impressions, clicks, url_clicks, billed_charge_local_micro, engagements, more';

const asOfDifferences = async ({ db }: World, { at, table }: Remembered): Promise<number> => {
  const { rows } = await db.query<{ differences: number }>(
    `select count(*) as differences from (
       (select ${COLUMNS} from importer.as_of($1) except select ${COLUMNS} from public.${table})
       union all
       (select ${COLUMNS} from public.${table} except select ${COLUMNS} from importer.as_of($1))) d`,
    [at],
  );
  return rows[0]?.differences ?? 0;
};

const judge = async (
  live: World,
  zones: readonly SimulatedAccount[],
  days: number,
  remembered: readonly Remembered[],
) => {
  const { db, simulatorUrl } = live;
  const comparison = newComparison();
  const now = new Date(FIRST_MORNING + days * DAY_MS).toISOString();
  let notGreen = 0;
  for (const { id, timezone } of zones) {
    const { rows } = await db.query<{ first: string }>(
      'select min(history_from) as first from importer.grants where account_id = $1',
      [id],
    );
    const range = {
      from: dayOf(startOfDay((rows[0]?.first ?? '') as never, timezone), timezone),
      to: lastDueDay(now, timezone, 1),
    };
    await compareAccount(db, simulatorUrl, id, range, comparison);
    const { rows: open } = await db.query<{ open: number }>(
      `select count(*) as open from importer.coverage_of($1, $2, $3) where status not in ('complete', 'verified_empty')`,
      [id, range.from, range.to],
    );
    notGreen += open[0]?.open ?? 0;
  }
  let asOfWrong = 0;
  for (const moment of remembered) asOfWrong += await asOfDifferences(live, moment);
  const { rows } = await db.query<{ versions: number }>('select count(*) as versions from importer.fact_versions');
  const { missing, doubled, wrong, examples } = comparison;
  return { days, missing, doubled, wrong, asOfWrong, notGreen, restatements: rows[0]?.versions ?? 0, examples };
};
