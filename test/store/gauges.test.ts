import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import { daysByCoverage, totals, watchedAccounts } from '../../store/reports/gauges.js';
import { endRun } from '../../store/import/runs.js';
import { queueNotification } from '../../store/notifications.js';
import { addAccounts, addConnection, addRun, openStore, type TestStore } from './database.js';

const ACCOUNT: AccountId = '18ce54d4x5t';
const RANGE = { from: '2026-01-01' as Day, to: '2026-01-04' as Day };

let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store[Symbol.asyncDispose]());

const name = (placement: string, from: string, to: string) =>
  store.db.query(
    `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
     select id, account_id, level, 'ad', $2, daterange($3, $4, '[]'), now(), now()
     from importer.asks where account_id = $1 and level = 'PROMOTED_TWEET'`,
    [ACCOUNT, placement, from, to],
  );
const standings = () => daysByCoverage(store.db, { accountId: ACCOUNT, ...RANGE });

describe('a day on a placement that stats refuse', () => {
  let runId: RunId;
  beforeEach(async () => {
    await addAccounts(store.db, ACCOUNT);
    runId = await addRun(store.db, ACCOUNT);
    // X was asked about all levels, and named one ad on the refused placement for all days.
    await store.db.query(
      `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
       select $1, $2, level, $3::date, $4::date + 1, $3, $4, now(), ''
       from unnest(enum_range(null::importer.level)) as l (level)`,
      [ACCOUNT, runId, RANGE.from, RANGE.to],
    );
    await name('PUBLISHER_NETWORK', RANGE.from, RANGE.to);
    await store.db.query(
      `insert into importer.ledger (account_id, level, entity_id, placement, metric_set, days, state, run_id, reason)
       values ($1, 'PROMOTED_TWEET', 'ad', 'PUBLISHER_NETWORK', 'standard', daterange($2, $3, '[]'), 'unavailable', $4, 'refused')`,
      [ACCOUNT, RANGE.from, RANGE.to, runId],
    );
  });

  test('stands as unavailable, which nobody can cure, where all else is complete', async () => {
    expect(await standings()).toEqual([{ coverage: 'unavailable', days: 4, newest: '2026-01-04' }]);
  });

  test('stands as what somebody can cure, where there is such a thing', async () => {
    await name('ALL_ON_TWITTER', '2026-01-02', '2026-01-02');
    expect((await standings()).toSorted((one, other) => one.days - other.days)).toEqual([
      { coverage: 'missing', days: 1, newest: '2026-01-02' },
      { coverage: 'unavailable', days: 3, newest: '2026-01-04' },
    ]);
  });
});

const watch = async (accountId: AccountId): Promise<RunId> => {
  await addAccounts(store.db, accountId);
  const runId = await addRun(store.db, accountId);
  await store.db.query(`update importer.connections set phase = 'active'`);
  await store.db.query(
    `insert into importer.grants (connection_id, account_id, wait_days)
     select connection_id, account_id, 1 from importer.import_runs where id = $1`,
    [runId],
  );
  return runId;
};
const begunAgo = (runId: RunId, interval: string) =>
  store.db.query(`update importer.import_runs set started_at = now() - $2::interval where id = $1`, [runId, interval]);
const openJob = (runId: RunId, state = 'processing') =>
  store.db.query(
    `with slice as (
       insert into importer.slices (account_id, run_id, level, placement, metric_set, entity_ids, first_day, last_day, state)
       select account_id, id, 'CAMPAIGN', 'ALL_ON_TWITTER', 'standard', '{c}', first_day, first_day, 'in_flight'
       from importer.import_runs where id = $1 returning *)
     insert into importer.jobs (slice_id, run_id, account_id, x_user_id, x_job_id, state)
     select id, run_id, account_id, '7', $2, $3 from slice`,
    [runId, randomUUID(), state],
  );
const landedAgo = (runId: RunId, interval: string) =>
  store.db.query(
    `insert into importer.receipts (account_id, run_id, workflow_id, x_job_id, request, response_sha256, response_bytes,
       observed_at, landed_at, rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale)
     select account_id, id, workflow_id, $2, '{}', '', 0, now(), now() - $3::interval, 0, 0, 0, 0, 0, 0
     from importer.import_runs where id = $1`,
    [runId, randomUUID(), interval],
  );
const standstills = async () =>
  new Map((await watchedAccounts(store.db)).map(({ accountId, standstillSeconds }) => [accountId, standstillSeconds]));

describe('jobs that are open while nothing lands', () => {
  test('are told of each account by itself: a busy one does not hide one that stands still', async () => {
    const [busy, stuck, idle] = [await watch('busy'), await watch('stuck'), await watch('idle')];
    for (const runId of [busy, stuck, idle]) await begunAgo(runId, '5 hours');
    for (const runId of [busy, stuck]) await openJob(runId);
    await openJob(idle, 'landed');
    await landedAgo(busy, '4 hours');
    await landedAgo(busy, '10 seconds');
    await landedAgo(stuck, '3 hours');
    const seconds = await standstills();
    expect(seconds.get('busy')).toBeCloseTo(10, -1);
    expect(seconds.get('stuck')).toBeCloseTo(3 * 3_600, -2);
    // Whoever waits for its turn has no job open.
    expect(seconds.get('idle')).toBe(0);
  });

  test('count from the beginning of the run that has not landed anything, also when jobs are made anew', async () => {
    const runId = await watch('18ce54d4x5t');
    await begunAgo(runId, '3 hours');
    await openJob(runId, 'lost');
    await openJob(runId);
    expect((await standstills()).get('18ce54d4x5t')).toBeCloseTo(3 * 3_600, -2);
  });

  test('are told of the worst run: what another lands does not hide one that stands still', async () => {
    const stuck = await watch('18ce54d4x5t');
    const busy = await addRun(store.db, '18ce54d4x5t');
    await begunAgo(stuck, '3 hours');
    for (const runId of [stuck, busy]) await openJob(runId);
    await landedAgo(busy, '1 second');
    expect((await standstills()).get('18ce54d4x5t')).toBeCloseTo(3 * 3_600, -2);
    await endRun(store.db, stuck, 'abandoned', undefined);
    expect((await standstills()).get('18ce54d4x5t')).toBeCloseTo(1, -1);
  });
});

const die = async (xUserId: string): Promise<void> => {
  const connectionIds = [await addConnection(store.db)];
  await store.db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id, status, rejected_at, rejected_reason)
     values ($1, 'ada', '', '', 'rejected', now(), 'refused')`,
    [xUserId],
  );
  const kind = 'credentials_rejected';
  await queueNotification(store.db, { key: xUserId, kind, xUserId, screenName: 'ada', connectionIds, reason: 'r' });
};
const unsent = async (): Promise<number> => (await totals(store.db)).notificationsUnsent;

describe('an unsent notification', () => {
  test('is one that is still to be tried', async () => {
    await die('1');
    expect(await unsent()).toBe(1);
    await store.db.query(
      `with message as (insert into importer.notification_messages default values returning id)
       update importer.notifications set message_id = message.id from message`,
    );
    expect(await unsent()).toBe(1);
    await store.db.query(`update importer.notification_messages set created_at = now() - interval '25 hours'`);
    expect(await unsent()).toBe(0);
  });

  test('is none when its credential was healed before anybody was told', async () => {
    await die('1');
    await die('2');
    await store.db.query(
      `update importer.credentials set status = 'valid', rejected_at = null, rejected_reason = null where x_user_id = '1'`,
    );
    expect(await unsent()).toBe(1);
    await store.db.query(`update importer.connections set phase = 'disconnected'`);
    expect(await unsent()).toBe(0);
  });
});
