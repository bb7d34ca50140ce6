import { OPERATOR } from '../../domain/viewer.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, type Day, dayNumber } from '../../domain/calendar.js';
import { startOfDay } from '../../domain/local-days.js';
import { getAccount } from '../../store/account/accounts.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { openSite, rowsOf, type Site } from './site.js';

/** Two weeks of daily syncs, with a switch in their middle. */
const SWITCHES = [
  {
    name: 'east',
    account: 0,
    from: 'America/Los_Angeles',
    zone: 'Asia/Tokyo',
    odd: '2026-03-09',
    words: 'after 8 hours',
  },
  { name: 'west', account: 3, from: 'Asia/Tokyo', zone: 'America/Los_Angeles', odd: '2026-03-10', words: '16 hours' },
  {
    name: 'to the half hour',
    account: 2,
    from: 'Europe/London',
    zone: 'Asia/Kolkata',
    odd: '2026-03-09',
    words: '18.5',
  },
] as const;
const DAY = '2026-03-10' as Day;
const FIRST_MORNING = Date.parse('2026-03-03T18:20:00Z');
const MORNINGS = 14;
const FROM = '2026-02-02' as Day;

describe.each(SWITCHES)('moving $name', ({ account, from, zone, odd, words }) => {
  let site: Site;
  let grant: { connectionId: string; accountId: string };
  let range: { from: Day; to: Day };
  const at = startOfDay(DAY, zone);

  beforeAll(async () => {
    const now = new Date(FIRST_MORNING).toISOString();
    const timezoneSwitches = [{ account, day: DAY, zone }];
    site = await openSite({ accounts: account + 1, ads: 8, days: 60, profile: 'messy', now, timezoneSwitches });
    const { connectionId } = await site.choose({ history: { kind: 'from', day: FROM } });
    grant = { connectionId, accountId: site.simulator.world.accounts[account]?.id ?? '' };
    await site.finish(await site.plan(grant, { kind: 'history' }));
    for (let morning = 1; morning <= MORNINGS; morning += 1) {
      const nominal = new Date(FIRST_MORNING + morning * 86_400_000).toISOString();
      await site.control('PUT', 'clock', { now: nominal });
      const runId = await site.plan(grant, { kind: 'daily', nominal });
      await site.finish(runId);
      await site.call('closeRun', { runId, state: 'completed' });
    }
    const [run] = await rowsOf<{ last_day: Day }>(
      site.db,
      'select max(last_day) as last_day from importer.import_runs',
    );
    range = { from: FROM, to: run?.last_day ?? FROM };
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('the account has both zones, each for its days', async () => {
    expect(await getAccount(site.db, grant.accountId)).toMatchObject({
      timezone: zone,
      zones: [
        { zone: from, since: null, firstDay: null },
        { zone, since: at, firstDay: DAY },
      ],
    });
  });

  test('what is stored is the truth of every day, and no day is lost or doubled', async () => {
    expect(dayNumber(range.to)).toBeGreaterThan(dayNumber(DAY) + 4);
    const comparison = newComparison();
    await compareAccount(site.db, site.url, grant.accountId, range, comparison);
    const { missing, doubled, wrong, examples, cellsCompared } = comparison;
    expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
    expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(1_000);
    const days = await rowsOf<{ day: Day }>(
      site.db,
      `select distinct day from importer.facts where account_id = $1 and day between $2 and $3 order by 1`,
      [grant.accountId, addDays(DAY, -4), addDays(DAY, 3)],
    );
    const expected = [-4, -3, -2, -1, 0, 1, 2, 3].map((n) => addDays(DAY, n));
    expect(days.map((row) => row.day)).toEqual(expected.filter((one) => one !== odd || odd === DAY));
  });

  test('every day is green, and coverage says what is odd about the day of the switch', async () => {
    const coverage = await coverageDays(site.db, OPERATOR, { accountId: grant.accountId, ...range });
    expect(coverage.filter(({ status }) => status !== 'complete' && status !== 'verified_empty')).toEqual([]);
    const told = coverage.filter(({ reason }) => reason !== undefined);
    expect(new Set(told.map((each) => each.day))).toEqual(new Set([odd]));
    expect(told[0]?.reason).toContain(`X moved the account from ${from} to ${zone} at ${at}`);
    expect(told[0]?.reason).toContain(words);
  });

  test('corrections of days before the switch were asked for with the old midnights, and none crossed it', async () => {
    const receipts = await rowsOf<{ start: string; end: string; observed_at: string; changed: number }>(
      site.db,
      `select request ->> 'startTime' as start, request ->> 'endTime' as end, observed_at, rows_changed as changed
       from importer.receipts where account_id = $1`,
      [grant.accountId],
    );
    expect(
      receipts.filter(({ start, end }) => Date.parse(start) < Date.parse(at) && Date.parse(at) < Date.parse(end)),
    ).toEqual([]);
    const later = receipts.filter(
      (each) => Date.parse(each.observed_at) > Date.parse(at) && Date.parse(each.start) < Date.parse(at),
    );
    expect(later.reduce((sum, { changed }) => sum + changed, 0)).toBeGreaterThan(0);
    // The simulator refuses any other midnight; a refusal would stand here.
    const failed = await rowsOf(site.db, `select reason from importer.ledger where state in ('failed', 'unavailable')`);
    expect(failed).toEqual([]);
  });

  test('the history that is read anew after the switch changes nothing', async () => {
    const before = await rowsOf<{ n: number }>(site.db, 'select count(*) as n from importer.fact_versions');
    await site.finish(await site.plan(grant, { range: { from: FROM, to: addDays(DAY, 3) }, refetch: true }));
    const comparison = newComparison();
    await compareAccount(site.db, site.url, grant.accountId, range, comparison);
    expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
    expect(await rowsOf(site.db, 'select count(*) as n from importer.fact_versions')).toEqual(before);
  });
});

test('a connection that is made after the switch reads the days before it by the zone that X documents', async () => {
  await using site = await openSite({
    accounts: 1,
    ads: 4,
    days: 40,
    now: '2026-03-20T18:00:00Z',
    timezoneSwitches: [{ account: 0, day: DAY, zone: 'Asia/Tokyo' }],
  });
  const grant = await site.choose({ history: { kind: 'from', day: '2026-03-01' as Day } });
  await site.finish(await site.plan(grant, { kind: 'history' }));
  const comparison = newComparison();
  const range = { from: '2026-03-01' as Day, to: '2026-03-19' as Day };
  await compareAccount(site.db, site.url, grant.accountId, range, comparison);
  expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  expect(comparison.cellsCompared['CAMPAIGN']).toBeGreaterThan(100);
});

test('a switch to a zone that this platform does not know is refused with the cure, and the days before it stand', async () => {
  await using site = await openSite({
    accounts: 1,
    ads: 2,
    days: 30,
    now: '2026-03-08T18:00:00Z',
    timezoneSwitches: [{ account: 0, day: DAY, zone: 'Mars/Olympus_Mons' }],
  });
  const grant = await site.choose();
  await site.finish(await site.plan(grant, { kind: 'history' }));
  const facts = () => rowsOf(site.db, 'select count(*) as n, max(day) as last from importer.facts');
  const before = await facts();
  await site.control('PUT', 'clock', { now: '2026-03-12T18:00:00Z' });
  const refused = site.plan(grant, { kind: 'daily', nominal: '2026-03-12T18:00:00Z' });
  await expect(refused).rejects.toMatchObject({ type: 'zone_unknown', nonRetryable: true });
  await expect(refused).rejects.toThrow(/Mars\/Olympus_Mons.*time zone data/);
  const account = await getAccount(site.db, grant.accountId);
  expect(account?.zones.map((each) => each.zone)).toEqual(['America/Los_Angeles']);
  expect(await facts()).toEqual(before);
});
