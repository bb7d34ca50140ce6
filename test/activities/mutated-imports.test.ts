import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import { compareWithTruth } from '../support/truth.js';
import { until } from '../support/until.js';
import { numbersOf } from '../x-ads/support/file-reading.js';
import {
  type Edit,
  edited,
  edits,
  isRecord,
  meantBy,
  odd,
  SEED,
  spoilt,
  STORED,
  STORED_BATCHES,
  textOf,
} from '../x-ads/support/mutations.js';
import { attemptOf, type HostileSite, openHostileSite, storedOf, untilNothingOpen } from './hostile-x.js';
import { rowsOf } from './site.js';

/*
 * The answers of an import, changed at random, through client, activities and store: created jobs, lists of jobs, result
 * files, tweets and cards. Each is stored right, or refused with its reason; the import ends once X answers right again.
 */

const range = { from: '2026-11-16' as Day, to: '2026-11-18' as Day };
const DAYS = 3;
/** One id that X's answers spoil for good takes nine tries of a job; a slice of twenty is halved five times. */
const ROUNDS = 60;

let site: HostileSite;
let connectionId = '';
let [victim, other] = ['', ''] as AccountId[];

const unchanged = () => site.change(() => undefined);
const forget = (table: string) => site.db.query(`delete from importer.${table} where account_id = $1`, [victim]);

/** Changes the first answers to one kind of request; everything is as X says it from then on. */
const changing = (
  isMeant: (path: string, method: string) => boolean,
  times: number,
  edit: (text: string) => string,
) => {
  let left = times;
  site.change((path, text, method) => {
    if (!isMeant(path, method) || left === 0) return undefined;
    left -= 1;
    return edit(text);
  });
};

const open = async (): Promise<RunId> => {
  unchanged();
  // Nothing is told twice at the same moment.
  await site.control('PUT', 'clock', { advance_seconds: 60 });
  const runId = await site.open({ connectionId, accountId: victim as AccountId }, { range, refetch: true });
  await until('the survey', async () => (await attemptOf(() => site.call('survey', { runId }))) !== 'refused');
  return runId;
};

/** As its workflow drives it: whatever an attempt is refused with, it is made again. Throws when the run does not end. */
const finish = async (runId: RunId): Promise<void> => {
  for (let round = 0; round < ROUNDS; round += 1) {
    // What a slice is held back for is not sat out.
    await site.db.query('update importer.slices set not_before = null where run_id = $1', [runId]);
    await attemptOf(() => site.call('submitJobs', { runId }));
    await attemptOf(() => site.call('adoptJobs', { runId }));
    await attemptOf(() => site.call('pollJobs', { runId }));
    await attemptOf(() => site.call('landJobs', { runId }));
    const { planned, inFlight, ready } = await sliceCounts(site.db, runId);
    if (planned + inFlight + ready === 0) return;
    // A job that X never names again is given up after a second.
    if (round > 5) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const rows = await rowsOf(site.db, 'select state, job_failures, reason from importer.slices where run_id = $1', [
    runId,
  ]);
  throw new Error(`the import did not end: ${JSON.stringify(rows)}`);
};

/** Nothing of a run that has ended is half there. */
const expectWhole = async (runId: RunId): Promise<void> => {
  const halves = await rowsOf(
    site.db,
    `select l.entity_id, l.state from importer.ledger l join importer.slices s on s.id = l.slice_id
     where s.run_id = $1 and (l.state = 'open' or (l.state = 'landed') <> (l.receipt_id is not null)
       or (l.state <> 'landed' and l.reason is null))`,
    [runId],
  );
  expect(halves).toEqual([]);
};

const isolated = async (body: () => Promise<RunId>): Promise<void> => {
  const before = await storedOf(site, other ?? '');
  const runId = await body();
  await expectWhole(runId);
  await site.call('closeRun', { runId, state: 'completed' });
  await site
    .call('cancelJobs', { runId, connectionId, accountId: victim as AccountId, jobs: [] })
    .catch(() => undefined);
  expect(await storedOf(site, other ?? '')).toBe(before);
  await untilNothingOpen(site);
};

const isJobs = (path: string): boolean => path.endsWith(`/stats/jobs/accounts/${victim}`);
const isFile = (path: string): boolean => path.startsWith('/advertiser-api-async-analytics/');

const editData = (all: readonly Edit[], spoil: (text: string) => string) => (text: string) => {
  const json = JSON.parse(text) as { data: unknown };
  const data = Array.isArray(json.data) ? edited(json.data, all) : edited([json.data], all)[0];
  return spoil(textOf({ ...json, data }));
};

/** A change of one entry of a file: of its numbers, or of the entry itself. */
const numbers = fc.array(
  fc.record({
    entry: fc.nat(7),
    metric: fc.constantFrom('impressions', 'billed_charge_local_micro', 'clicks', 'a_metric_of_tomorrow', 'by_hour'),
    series: fc.oneof<fc.Arbitrary<unknown>[]>(
      fc.array(fc.oneof(fc.nat(1_000) as fc.Arbitrary<unknown>, odd), { minLength: DAYS, maxLength: DAYS }),
      fc.array(fc.nat(9), { maxLength: DAYS + 2 }),
      odd,
    ),
  }),
  { maxLength: 3 },
);

type FileJson = Readonly<Record<string, unknown>> & { readonly data: readonly unknown[] };
const metricsOf = (entry: unknown): Readonly<Record<string, unknown>> | undefined => {
  const idData = isRecord(entry) ? entry['id_data'] : undefined;
  const only: unknown = Array.isArray(idData) ? idData[0] : undefined;
  const metrics = isRecord(only) ? only['metrics'] : undefined;
  return isRecord(metrics) ? metrics : undefined;
};

describe.each(STORED_BATCHES)('batch %d', (batch) => {
  beforeAll(async () => {
    site = await openHostileSite({
      accounts: 2,
      ads: 4,
      days: 60,
      now: '2026-11-23T12:00:00Z',
      profile: 'messy',
      jobTimeouts: { lostCreate: 0, job: 1, file: -1, refusedSlots: 0 },
    });
    ({ connectionId, accountId: victim } = await site.choose());
    const [second] = await rowsOf<{ id: AccountId }>(site.db, 'select id from importer.accounts where id <> $1', [
      victim,
    ]);
    other = second?.id;
    await site.finish(await site.plan({ connectionId, accountId: other as AccountId }, { range }));
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test.each([
    ['the answer to a create', (path: string, method: string) => method === 'POST' && isJobs(path)],
    ['a list of jobs', (path: string, method: string) => method === 'GET' && isJobs(path)],
  ])('%s that is changed costs no number: the import ends, and all its days are as X has them', async (_, isMeant) => {
    await fc.assert(
      fc.asyncProperty(edits, spoilt, fc.integer({ min: 1, max: 3 }), (all, spoil, times) =>
        isolated(async () => {
          const runId = await open();
          changing(isMeant, times, editData(all, spoil));
          await finish(runId);
          const failed = await rowsOf(
            site.db,
            `select l.entity_id, l.reason from importer.ledger l join importer.slices s on s.id = l.slice_id
             where s.run_id = $1 and l.state <> 'landed'`,
            [runId],
          );
          expect(failed).toEqual([]);
          return runId;
        }),
      ),
      { seed: SEED + batch, numRuns: Math.ceil(STORED * 0.06) },
    );
    expect(await compareWithTruth(site.db, site.url, (id) => (id === victim ? range : undefined))).toMatchObject({
      missing: 0,
      doubled: 0,
      wrong: 0,
    });
  });

  test('of a file that is changed each id is stored as the file says, or told with its reason', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(edits, numbers, spoilt, fc.integer({ min: 1, max: 4 }), (all, changes, spoil, times) =>
        isolated(async () => {
          const runId = await open();
          const told = new Map<string, FileJson>();
          changing(isFile, times, (text) => {
            const json = JSON.parse(text) as FileJson;
            for (const { entry, metric, series } of changes) {
              const metrics = metricsOf(json.data[json.data.length === 0 ? 0 : entry % json.data.length]);
              if (metrics) Object.assign(metrics, { [metric]: series });
            }
            const changed = { ...json, data: edited(json.data, all) };
            const sent = spoil(textOf(changed));
            told.set(createHash('sha256').update(gzipSync(sent)).digest('hex'), changed);
            return sent;
          });
          await finish(runId);
          const landed = await rowsOf<{ id: string; hash: string; stored: Record<string, Record<string, string>> }>(
            site.db,
            `select l.entity_id as id, r.response_sha256 as hash,
               (select coalesce(jsonb_object_agg(f.day, (
                  select jsonb_object_agg(m.key, m.value) from jsonb_each_text(to_jsonb(f) || coalesce(f.more, '{}')) m)), '{}') from importer.facts f
                where f.account_id = l.account_id and f.level = l.level and f.placement = l.placement
                  and f.entity_id = l.entity_id and l.days @> f.day) as stored
             from importer.ledger l join importer.receipts r on r.id = l.receipt_id
             join importer.slices s on s.id = l.slice_id
             where s.run_id = $1 and l.state = 'landed' and l.metric_set = 'standard'`,
            [runId],
          );
          for (const { id, hash, stored } of landed) {
            const file = told.get(hash);
            if (!file) continue;
            const entries = file.data.filter((each) => isRecord(each) && meantBy(each['id']) === id);
            expect(entries).toHaveLength(1);
            const said = numbersOf((entries[0] as Readonly<Record<string, unknown>>)['id_data'], DAYS);
            if (said === undefined) throw new Error(`${id} landed, although the file cannot be read: ${hash}`);
            compared += 1;
            const metrics = new Set<string>([...NAMED_METRICS, ...Object.keys(said)]);
            for (let day = 0; day < DAYS; day += 1)
              for (const metric of metrics) {
                const cell = [metric, stored[addDays(range.from, day)]?.[metric] ?? '0'];
                expect(cell).toEqual([metric, said[metric]?.[day] ?? '0']);
              }
          }
          return runId;
        }),
      ),
      { seed: SEED + batch, numRuns: Math.ceil(STORED * 0.08) },
    );
    expect(compared).toBeGreaterThan(0);
  });

  test.each([
    ['tweets', ['tweet_id', 'id_str', 'id']],
    ['cards', ['card_uri']],
  ])('changed %s are stored one by one or left out by name, and no number waits for them', async (list, keys) => {
    await fc.assert(
      fc.asyncProperty(edits, spoilt, (all, spoil) =>
        isolated(async () => {
          const runId = await open();
          // All are asked for again.
          await Promise.all(['tweets', 'cards'].map(forget));
          const sent: { text: string; whole: string }[] = [];
          changing(
            (path) => path.endsWith(list === 'cards' ? `/${victim}/cards/all` : `/${victim}/tweets`),
            1,
            (text) => {
              const whole = editData(all, (each) => each)(text);
              sent.push({ text: spoil(whole), whole });
              return spoil(whole);
            },
          );
          const outcome = await attemptOf(() => site.call('mirrorCreatives', { runId }));
          expect(outcome === 'refused').toBe(sent.some(({ text, whole }) => text !== whole));
          if (outcome !== 'refused') {
            const rows = await rowsOf<{ key: string }>(
              site.db,
              `select ${keys[0]} as key from importer.${list} where account_id = $1 and not missing`,
              [victim],
            );
            const [left] = await rowsOf<{ count: number }>(
              site.db,
              `select item_count as count from importer.left_out where scope = $1 and list = $2`,
              [`account:${victim}`, list],
            );
            const items = sent.flatMap(({ whole }) => (JSON.parse(whole) as { data: unknown[] }).data);
            const kept = new Set(items.filter(isRecord).flatMap((item) => keys.map((key) => String(item[key]))));
            for (const row of rows) if (sent.length > 0) expect([...kept]).toContain(row.key);
            if (items.some((item) => !isRecord(item))) expect(left?.count ?? 0).toBeGreaterThan(0);
          }
          await finish(runId);
          return runId;
        }),
      ),
      { seed: SEED + batch, numRuns: Math.ceil(STORED * 0.04) },
    );
  });

  test('all is as X has it after an import of answers that nobody changes', async () => {
    const runId = await open();
    await site.finish(runId);
    await site.call('mirrorCreatives', { runId });
    await site.call('closeRun', { runId, state: 'completed' });
    const truth = await compareWithTruth(site.db, site.url, (id) => ([victim, other].includes(id) ? range : undefined));
    expect(truth).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  });
});
