import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { OPERATOR } from '../../domain/viewer.js';
import { coverageDays } from '../../store/reports/coverage.js';
import type { ResultFile } from '../../x-ads/download.js';
import { InvalidRequest, MalformedResponse, Unavailable, type XAdsError } from '../../x-ads/errors/index.js';
import { openSite, rowsOf, type Site } from './site.js';

const NOW = '2026-11-23T12:00:00Z';
const range = { from: '2026-11-16' as Day, to: '2026-11-22' as Day };

interface FileJson {
  data: { id: string; id_data: { metrics: Record<string, unknown> }[] }[];
}

let site: Site;
let grant: { connectionId: string; accountId: string };
/** What the host of the result files does with a file, as text; the file as it is by default. */
let change: (text: string) => string;
/** What it answers in place of a file. */
let refusal: (() => XAdsError) | undefined;

beforeEach(async () => {
  site = await openSite({ ads: 6, days: 60, now: NOW, jobTimeouts: { file: -1 } });
  grant = await site.choose();
  change = (text) => text;
  refusal = undefined;
  const download = site.deps.x.download.bind(site.deps.x);
  const hostile = async (...args: Parameters<typeof download>): Promise<ResultFile> => {
    const file = await download(...args);
    if (refusal !== undefined) throw refusal();
    const bytes = Buffer.from(change(file.bytes.toString('utf8')));
    return { ...file, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  };
  Object.assign(site.deps.x, { download: hostile });
});
afterEach(() => site[Symbol.asyncDispose]());

/** Changes the files' JSON. */
const each = (edit: (file: FileJson) => void) => (text: string) => {
  const json = JSON.parse(text) as FileJson;
  edit(json);
  return JSON.stringify(json);
};
const plan = () => site.plan(grant, { range });
const jobsMade = async (): Promise<number> => (await rowsOf(site.db, 'select from importer.jobs')).length;
const failed = () =>
  rowsOf<{ id: string; reason: string }>(
    site.db,
    `select distinct entity_id as id, reason from importer.ledger where state = 'failed' order by 1`,
  );
const campaigns = async (): Promise<readonly string[]> =>
  (
    await rowsOf<{ id: string }>(
      site.db,
      `select distinct unnest(entity_ids) as id from importer.slices where level = 'CAMPAIGN' order by 1`,
    )
  ).map(({ id }) => id);

describe('numbers of every kind', () => {
  test('a fraction and an amount beyond 2^53 are stored in all their digits, and nothing fails', async () => {
    change = (text) =>
      text
        .replaceAll(/"impressions":\[[^\]]*\]/g, (series) => series.replaceAll(/\d+/g, '0.1'))
        .replaceAll(/"billed_charge_local_micro":\[[^\]]*\]/g, (series) =>
          series.replaceAll(/\d+/g, '9007199254740993'),
        )
        .replaceAll(
          /"clicks":\[[^\]]*\]/g,
          (series) => `${series},"conversion_new":{"sale_amount":${series.slice(9).replaceAll(/\d+/g, '19.95')}}`,
        );
    await site.finish(await plan());
    expect(await failed()).toEqual([]);
    const rows = await rowsOf<Record<string, unknown>>(
      site.db,
      `select distinct impressions::text, billed_charge_local_micro::text as micros,
         more ->> 'conversion_new.sale_amount' as amount
       from importer.facts where level = 'CAMPAIGN' and impressions <> 0 and clicks <> 0`,
    );
    expect(rows).toEqual([{ impressions: '0.1', micros: '9007199254740993', amount: '19.95' }]);
    const [sums] = await rowsOf<{ exact: boolean }>(
      site.db,
      `select sum(ad_metrics_cost_micro) = 1000000 * sum(ad_metrics_cost) as exact from importer.daily_ad_metrics`,
    );
    expect(sums).toEqual({ exact: true });
  });

  test('what cannot be kept is left out by name, with a note on the receipt, and costs nothing else', async () => {
    change = (text) => text.replaceAll(/"clicks":\[/g, '"by_hour":{"a":{}},"clicks_2":[1e5000],"clicks":[');
    await site.finish(await plan());
    expect(await failed()).toEqual([]);
    const notes = await rowsOf<{ note: string }>(
      site.db,
      'select note from importer.receipts where note is not null and rows_read > 0',
    );
    expect(notes.length).toBeGreaterThan(0);
    expect(notes[0]?.note).toMatch(
      /^Left out: of \w+ by_hour\.a, which is not a series of \d+ numbers; of \w+ clicks_2, which /,
    );
  });
});

describe('a file with one odd id', () => {
  test.each<[string, (id: string) => (file: FileJson) => void, RegExp]>([
    [
      'a text among the numbers',
      (id) => (file) => {
        for (const entry of file.data)
          if (entry.id === id) Object.assign(entry.id_data[0]?.metrics ?? {}, { impressions: ['many'] });
      },
      /impressions is not a series of \d+ numbers, 3 times$/,
    ],
    [
      'the id twice',
      (id) => (file) => {
        file.data.push(...file.data.filter((entry) => entry.id === id));
      },
      /it comes 2 times, 3 times$/,
    ],
    [
      'the id left out',
      (id) => (file) => {
        file.data = file.data.filter((entry) => entry.id !== id);
      },
      /left \w+ out, 10 times$/,
    ],
  ])('(%s) lands all others, and the odd one in the end fails with its reason', async (_, edit, reason) => {
    const runId = await plan();
    const [odd = '', ...others] = await campaigns();
    expect(others.length).toBeGreaterThan(0);
    change = each(edit(odd));
    await site.finish(runId);
    expect(await failed()).toEqual([{ id: odd, reason: expect.stringMatching(reason) as string }]);
    const days = await coverageDays(site.db, OPERATOR, { accountId: grant.accountId, ...range });
    const told = days.find(({ status }) => status === 'failed');
    expect(told).toMatchObject({ level: 'CAMPAIGN', reason: expect.stringMatching(reason) as string });
    expect(told?.landed).toBe((told?.expected ?? 0) - 1);
    expect(new Set(days.filter(({ level }) => level !== 'CAMPAIGN').map(({ status }) => status))).not.toContain(
      'failed',
    );
  });

  test('an id that was not asked for is left out, and the receipt names it', async () => {
    change = each((file) => file.data.push({ id: 'foreign', id_data: [] }));
    await site.finish(await plan());
    expect(await failed()).toEqual([]);
    const notes = await rowsOf<{ note: string }>(site.db, 'select distinct note from importer.receipts');
    expect(notes).toEqual([{ note: 'Left out: foreign, which was not asked for.' }]);
  });
});

describe('a file that can never be read', () => {
  test.each<[string, () => XAdsError, RegExp]>([
    [
      'is no gzip',
      () => new MalformedResponse('the gzip is broken', { requestPath: 'GET file' }),
      /the gzip is broken$/,
    ],
    [
      'answers 403 for good',
      () =>
        new Unavailable('HTTP 403', {
          requestPath: 'GET file',
          status: 403,
          retryAfterMs: undefined,
          mayHaveBeenDone: false,
        }),
      /HTTP 403, -1 seconds after SUCCESS$/,
    ],
  ])(
    '(it %s) costs a bounded number of jobs, and its ids in the end fail with the true reason',
    async (_, make, reason) => {
      const runId = await plan();
      const slices = (await rowsOf(site.db, 'select from importer.slices')).length;
      refusal = make;
      await site.finish(runId);
      const ids = await failed();
      expect(ids.length).toBeGreaterThan(0);
      for (const { reason: told } of ids) expect(told).toMatch(reason);
      expect(await rowsOf(site.db, 'select from importer.facts')).toEqual([]);
      // Two tries at each halving, ten of a single id.
      expect(await jobsMade()).toBeLessThanOrEqual(slices * 2 * 12 * 6);
      refusal = undefined;
      await site.finish(await plan());
      expect(await failed()).toEqual([]);
    },
  );

  test('is told with its reason while it is tried again, and not as one that is not there yet', async () => {
    const runId = await plan();
    refusal = () => new MalformedResponse('the gzip is broken', { requestPath: 'GET file' });
    await site.call('submitJobs', { runId });
    await site.call('pollJobs', { runId });
    await expect(site.call('landJobs', { runId })).rejects.toMatchObject({
      message: expect.stringMatching(
        /^\d+ files: the file cannot be read: the gzip is broken; looking again/,
      ) as string,
    });
  });
});

test('a create that X refuses for one of its ids lands the others, and the one fails with the words of X', async () => {
  const runId = await plan();
  const [odd = ''] = await campaigns();
  const forUser = site.deps.x.forUser.bind(site.deps.x);
  const choosy: typeof forUser = (...user) => {
    const api = forUser(...user);
    const create: typeof api.statsJobs.create = async (accountId, query, options) => {
      if (query.entityIds.includes(odd))
        throw new InvalidRequest('no', { requestPath: 'POST', xMessage: 'no such id' });
      return api.statsJobs.create(accountId, query, options);
    };
    return { ...api, statsJobs: { ...api.statsJobs, create } };
  };
  Object.assign(site.deps.x, { forUser: choosy });
  await site.finish(runId);
  expect(await failed()).toEqual([{ id: odd, reason: `CAMPAIGN ${odd}: X refused the request: no such id` }]);
});
