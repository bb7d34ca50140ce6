import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { OPERATOR } from '../../domain/viewer.js';
import { leftOutOf } from '../../store/account/left-out.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { openSite, rowsOf, type Site } from './site.js';

const range = { from: '2026-11-16' as Day, to: '2026-11-22' as Day };

let site: Site;
beforeEach(async () => {
  site = await openSite({ ads: 45, days: 60, now: '2026-11-23T12:00:00Z', profile: 'hostile' });
});
afterEach(() => site[Symbol.asyncDispose]());

interface Told {
  readonly what: 'row' | 'numbers' | 'metric';
  readonly id: string;
  readonly why: string;
}

test('what cannot be read is left out, told by status, and costs no number', async () => {
  const { connectionId, accountId } = await site.choose({ accounts: 'all' });
  const runId = await site.plan({ connectionId, accountId }, { range });
  await site.finish(runId);
  await site.call('mirrorCreatives', { runId });
  await site.call('closeRun', { runId, state: 'completed' });
  const told = (await site.control('GET', `left_out/${accountId}`)) as readonly Told[];

  const lists = await leftOutOf(site.db, OPERATOR, connectionId);
  expect(lists.find(({ list }) => list === 'accounts')).toMatchObject({ accountId: null, count: 2 });
  const rows = lists.filter((each) => each.accountId === accountId).flatMap(({ items }) => items.map(({ id }) => id));
  const expected = told.filter(({ what }) => what === 'row').map(({ id }) => id);
  expect(new Set(rows)).toEqual(new Set(expected));
  expect(expected.length).toBeGreaterThan(0);

  const failed = await rowsOf<{ id: string }>(
    site.db,
    `select distinct entity_id as id from importer.ledger where state = 'failed'`,
  );
  const unreadable = new Set(told.filter(({ what }) => what === 'numbers').map(({ id }) => id));
  expect(failed.every(({ id }) => unreadable.has(id))).toBe(true);
  const [{ notes } = { notes: '' }] = await rowsOf<{ notes: string }>(
    site.db,
    `select string_agg(note, ' ') as notes from importer.receipts`,
  );
  for (const metric of ['experimental_rate', 'experimental_depth', 'experimental_flag', '0unasked'])
    expect(notes).toContain(metric);

  const days = await coverageDays(site.db, OPERATOR, { accountId, ...range });
  const open = days.filter(({ status }) => !['complete', 'verified_empty'].includes(status));
  expect(open.filter(({ status, reason = '' }) => status !== 'failed' || !reason.includes('cannot be read'))).toEqual(
    [],
  );
});

test('activity that cannot be read leaves its days incomplete with the reason, until X answers readably', async () => {
  const { connectionId, accountId } = await site.choose();
  const grant = { connectionId, accountId };
  const forUser = site.deps.x.forUser.bind(site.deps.x);
  let isOdd = true;
  const odd: typeof forUser = (...user) => {
    const api = forUser(...user);
    const get: typeof api.activeEntities.get = async (account, query, options) => {
      const answer = await api.activeEntities.get(account, query, options);
      if (!isOdd || query.entity !== 'CAMPAIGN') return answer;
      return { ...answer, leftOut: [{ id: 'item 3', reason: 'entity_id: not a text' }] };
    };
    return { ...api, activeEntities: { get } };
  };
  Object.assign(site.deps.x, { forUser: odd });
  const statuses = async () => {
    const days = await coverageDays(site.db, OPERATOR, { accountId, ...range });
    return days.filter(({ level, placement }) => level === 'CAMPAIGN' && placement === 'ALL_ON_TWITTER');
  };
  await site.finish(await site.plan(grant, { range }));
  for (const { status, reason, landed, expected } of await statuses()) {
    expect(status).toBe('missing');
    expect(reason).toBe('X named something as active that cannot be read: item 3 (entity_id: not a text)');
    expect(landed).toBe(expected);
  }
  isOdd = false;
  await site.finish(await site.plan(grant, { range }));
  for (const { status } of await statuses()) expect(['complete', 'verified_empty']).toContain(status);
});
