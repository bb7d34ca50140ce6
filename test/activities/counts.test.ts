import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { expect, test } from 'vitest';
import { type Activities, createActivities } from '../../activities/index.js';
import type { Deps } from '../../activities/deps.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import type { Db } from '../../store/pool.js';
import { createPrometheusMetrics, type PrometheusMetrics } from '../../worker/prometheus.js';
import { createStoreGauges } from '../../worker/store-gauges.js';
import { openSite, type Site } from './site.js';

const countingActivities = (site: Site, { meter }: PrometheusMetrics): Activities =>
  createActivities({
    db: site.db,
    sealer: site.sealer,
    x: site.x,
    jobTimeouts: defaultJobTimeouts,
    workflows: { isOpen: async () => true, cancel: async () => undefined, startBackfill: async () => true },
    meter,
  } as Partial<Deps> as Deps);

const quiet = new DefaultLogger('ERROR', () => undefined);
const run = <T>(work: () => Promise<T>): Promise<T> =>
  new MockActivityEnvironment(undefined, { logger: quiet }).run(work);
/** The workflow would record it. */
const activate = (site: Site) => site.db.query(`update importer.connections set phase = 'active'`);

const valueOf = async (
  { registry }: PrometheusMetrics,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> => {
  const metric = (await registry.getMetricsAsJSON()).find((each) => each.name === name);
  const values = (metric?.values ?? []).filter((each) =>
    Object.entries(labels).every(([label, value]) => Reflect.get(each.labels, label) === value),
  );
  return values.reduce((sum, { value }) => sum + value, 0);
};

test('an import is counted: requests, jobs, rows; and an account that is green says so', async () => {
  await using site = await openSite({ accounts: 1 });
  const metrics = createPrometheusMetrics();
  const gauges = createStoreGauges({ db: site.db, gauges: metrics.gauges, maxAgeMs: 0 });
  const grant = await site.choose({ history: { kind: 'days', days: 30 } });
  const account = { account_id: grant.accountId };
  await activate(site);
  await gauges.refresh();
  expect(await valueOf(metrics, 'xads_account_days_not_green', { ...account, standing: 'missing' })).toBeGreaterThan(5);
  expect(await valueOf(metrics, 'xads_account_freshness_seconds', account)).toBeGreaterThan(5 * 86_400);

  const activities = countingActivities(site, metrics);
  const runId = await site.open(grant, { kind: 'history' });
  await run(() => activities.survey({ runId }));
  await run(() => activities.submitJobs({ runId }));
  await gauges.refresh();
  const open = await valueOf(metrics, 'xads_account_open_jobs', account);
  expect(open).toBeGreaterThan(0);
  await site.db.query(`update importer.import_runs set started_at = now() - interval '1 hour'`);
  await gauges.refresh();
  expect(await valueOf(metrics, 'xads_account_standstill_seconds', account)).toBeGreaterThan(3_590);
  for (let round = 0; round < 20; round += 1) {
    await run(() => activities.pollJobs({ runId }));
    await run(() => activities.landJobs({ runId }));
    await run(() => activities.submitJobs({ runId }));
  }
  await run(() => activities.closeRun({ runId, state: 'completed' }));
  await gauges.refresh();
  expect(await valueOf(metrics, 'xads_account_open_jobs', account)).toBe(0);
  expect(await valueOf(metrics, 'xads_account_standstill_seconds', account)).toBe(0);
  expect(await valueOf(metrics, 'xads_account_days_not_green', account)).toBe(0);
  expect(await valueOf(metrics, 'xads_account_freshness_seconds', account)).toBeLessThan(4 * 86_400);
  expect(await valueOf(metrics, 'xads_account_since_completed_run_seconds', account)).toBeLessThan(60);
  expect(await valueOf(metrics, 'xads_requests_total', { family: 'active_entities', outcome: 'ok' })).toBeGreaterThan(
    0,
  );
  expect(await valueOf(metrics, 'xads_requests_total', { family: 'writes', outcome: 'ok' })).toBeGreaterThanOrEqual(
    open,
  );
  const { rows } = await site.db.query<{ rows: number }>('select sum(rows_read)::int as rows from importer.receipts');
  expect(await valueOf(metrics, 'xads_rows_landed_total')).toBe(rows[0]?.rows);
  const { rows: jobs } = await site.db.query<{ jobs: number }>(
    `select count(*) as jobs from importer.jobs where state = 'landed'`,
  );
  const text = await metrics.registry.metrics();
  expect(text).toContain(`xads_job_seconds_count ${jobs[0]?.jobs}`);
  // Ids and words only.
  const { rows: names } = await site.db.query<{ name: string }>(
    `select name from importer.accounts union select name from importer.entities where name <> ''
     union select screen_name from importer.credentials`,
  );
  expect(names.length).toBeGreaterThan(1);
  for (const { name } of names) expect(text).not.toContain(name);
});

test('a placement that stats refuse stands by itself, and makes no account stale', async () => {
  await using site = await openSite({ accounts: 1 });
  const metrics = createPrometheusMetrics();
  const gauges = createStoreGauges({ db: site.db, gauges: metrics.gauges, maxAgeMs: 0 });
  const grant = await site.choose({ history: { kind: 'days', days: 30 } });
  const account = { account_id: grant.accountId };
  await activate(site);
  const runId = await site.plan(grant, { kind: 'history' });
  await site.db.query(
    `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
     select ask_id, account_id, level, entity_id, 'PUBLISHER_NETWORK', days, activity_from, activity_to
     from importer.ask_records where level = 'PROMOTED_TWEET'`,
  );
  await site.call('planSlices', { runId });
  await site.finish(runId);
  await site.call('closeRun', { runId, state: 'completed' });
  await gauges.refresh();
  const refused = await valueOf(metrics, 'xads_account_days_not_green', { ...account, standing: 'unavailable' });
  expect(refused).toBeGreaterThan(20);
  expect(await valueOf(metrics, 'xads_account_days_not_green', account)).toBe(refused);
  expect(await valueOf(metrics, 'xads_account_freshness_seconds', account)).toBeGreaterThan(0);
  expect(await valueOf(metrics, 'xads_account_freshness_seconds', account)).toBeLessThan(4 * 86_400);
});

test('refusals, silence and waits at the gate are counted as what they are', async () => {
  await using site = await openSite({ accounts: 1 });
  const metrics = createPrometheusMetrics();
  const activities = countingActivities(site, metrics);
  const connectionId = await site.connect();
  const listed = () => run(() => activities.listAccounts({ connectionId })).catch((error: unknown) => error);
  await site.faults({ kind: 'connection_reset', times: 1 });
  await listed();
  expect(await valueOf(metrics, 'xads_requests_total', { outcome: 'no_answer' })).toBe(1);
  await site.faults({ kind: 'status_503', times: 1 });
  await listed();
  expect(await valueOf(metrics, 'xads_requests_total', { outcome: 'unavailable' })).toBe(1);
  await site.db.query('delete from importer.rate_limit_windows');
  await site.faults({ kind: 'rate_limited', times: 1 });
  await listed();
  expect(await valueOf(metrics, 'xads_requests_total', { outcome: 'rate_limited' })).toBe(1);
  await listed();
  expect(await valueOf(metrics, 'xads_gate_waits_total', { class: 'person' })).toBe(1);
  expect(await valueOf(metrics, 'xads_gate_wait_seconds_total', { class: 'person' })).toBeGreaterThan(0);
  await site.db.query('delete from importer.rate_limit_windows');
  await site.faults({ kind: 'token_revoked' });
  await listed();
  expect(await valueOf(metrics, 'xads_requests_total', { outcome: 'unauthorized' })).toBeGreaterThan(0);
  await createStoreGauges({ db: site.db, gauges: metrics.gauges }).refresh();
  expect(await valueOf(metrics, 'xads_credentials_rejected')).toBe(1);
  expect(await valueOf(metrics, 'xads_notifications_unsent')).toBe(1);
});

test('what X restated within a day is told in micros of each currency, and a store that is away shows in the age', async () => {
  await using site = await openSite({ accounts: 1 });
  const metrics = createPrometheusMetrics();
  const { accountId } = await site.choose();
  await activate(site);
  const day = '2026-01-05';
  await site.db.query(`select importer.ensure_partitions($1, $1)`, [day]);
  await site.db.query(
    `insert into importer.facts
       (account_id, level, entity_id, placement, day, receipt_id, observed_at, billed_charge_local_micro)
     select $1, 'CAMPAIGN', id, 'ALL_ON_TWITTER', $2, 3, now() - interval '1 hour', 900
     from unnest('{c1,c2,c3}'::text[]) as id`,
    [accountId, day],
  );
  await site.db.query(
    `insert into importer.entities (account_id, level, entity_id, currency, raw, observed_at)
     values ($1, 'CAMPAIGN', 'c1', 'EUR', '{}', now()), ($1, 'CAMPAIGN', 'c2', 'JPY', '{}', now())`,
    [accountId],
  );
  await site.db.query(`update importer.accounts set currencies = '{EUR,JPY,USD}' where id = $1`, [accountId]);
  await site.db.query(
    `insert into importer.fact_versions
     select (jsonb_populate_record(f, jsonb_build_object('observed_at', f.observed_at - began, 'billed_charge_local_micro', micros))).*,
       f.observed_at - ended
     from importer.facts f, (values (interval '9 days', 500, interval '5 hours'), ('5 hours', 1200, '0 hours'))
       as v (began, micros, ended)`,
  );
  let now = Date.now();
  let away = false;
  const db: Db = {
    ...site.db,
    query: (sql, params) => (away ? Promise.reject(new Error('connect ECONNREFUSED')) : site.db.query(sql, params)),
  };
  const gauges = createStoreGauges({ db, gauges: metrics.gauges, clock: () => now });
  await gauges.refresh();
  const restated = async (currency: string) =>
    valueOf(metrics, 'xads_account_restated_micros', { account_id: accountId, currency });
  expect([await restated('EUR'), await restated('JPY'), await restated('unknown')]).toEqual([1_000, 1_000, 1_000]);
  // Without a zero, an alert on the series would never end.
  expect(await restated('USD')).toBe(0);
  expect(await valueOf(metrics, 'xads_store_age_seconds')).toBe(0);
  away = true;
  now += 600_000;
  await gauges.refresh();
  expect(await valueOf(metrics, 'xads_store_age_seconds')).toBe(600);
});
