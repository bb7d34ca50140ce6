import { afterEach, expect, test } from 'vitest';
import { epochDay } from '../../simulator/zone-days.js';
import { codeOf, startX, type TruthLine, type X } from './support/x.js';

const HOUR = 3_600_000;
const iso = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
const keyOf = ({ id, day, placement }: TruthLine): string => `${id} ${day} ${placement}`;

/** 2026-03-10 begins in Tokyo at 15:00Z of the 9th, which is 08:00 of the 9th in Los Angeles. */
const EAST = { account: 0, day: '2026-03-10', zone: 'Asia/Tokyo' };
/** 2026-03-10 begins in Los Angeles at 07:00Z; in Tokyo the 10th began at 15:00Z of the 9th, 16 hours before. */
const WEST = { account: 3, day: '2026-03-10', zone: 'America/Los_Angeles' };

let x: X;
afterEach(() => x.running.close());

const world = { ads: 6, days: 40, profile: 'messy' } as const;

const startAt = async (now: string, zoneSwitch: typeof EAST): Promise<string> => {
  x = await startX({ ...world, accounts: zoneSwitch.account + 1, now, timezoneSwitches: [zoneSwitch] });
  return (await x.accountIds())[zoneSwitch.account] ?? '';
};

const job = async (account: string, start: string, end: string) => {
  const ids = await x.ids(account, 'campaigns');
  return x.createJob(account, {
    entity: 'CAMPAIGN',
    entity_ids: ids.join(','),
    start_time: start,
    end_time: end,
    granularity: 'DAY',
    placement: 'ALL_ON_TWITTER',
    metric_groups: 'ENGAGEMENT,BILLING',
  });
};

const answer = async (account: string, start: string, end: string) => {
  const ids = await x.ids(account, 'campaigns');
  return x.jobAnswer(account, {
    entity: 'CAMPAIGN',
    entity_ids: ids.join(','),
    start_time: start,
    end_time: end,
    granularity: 'DAY',
    placement: 'ALL_ON_TWITTER',
    metric_groups: 'ENGAGEMENT,BILLING',
  });
};

const daysWithNumbers = async (account: string, as_of: string): Promise<readonly string[]> => {
  const lines = await x.truth(account, { level: 'CAMPAIGN', from: '2026-03-05', to: '2026-03-15', as_of });
  return [...new Set(lines.map(({ day }) => day))].toSorted();
};

test('until the switch the account has its old zone, and from then on the new zone with the moment of the switch', async () => {
  const account = await startAt('2026-03-09T14:00:00Z', EAST);
  await x.control('PUT', 'clock', { now: '2026-03-09T14:59:59Z' });
  const before = (await x.get(`/12/accounts/${account}`)).json.data as unknown as Record<string, unknown>;
  expect(before['timezone']).toBe('America/Los_Angeles');
  expect(Date.parse(String(before['timezone_switch_at']))).toBeLessThan(Date.parse(String(before['created_at'])));
  await x.control('PUT', 'clock', { now: '2026-03-09T15:00:00Z' });
  const [after] = (await x.get('/12/accounts')).json.data;
  const switched = { timezone: 'Asia/Tokyo', timezone_switch_at: '2026-03-09T15:00:00Z' };
  expect(after).toMatchObject({ ...switched, updated_at: '2026-03-09T15:00:00Z' });
  const listed = await x.control('GET', 'accounts');
  expect(listed.json).toMatchObject([{ timezone: 'Asia/Tokyo' }]);
});

test('each bound must be a midnight of the zone that was in force at it', async () => {
  const account = await startAt('2026-03-20T00:00:00Z', EAST);
  const accepted = [
    ['2026-03-06T08:00:00Z', '2026-03-08T08:00:00Z', 'old days'],
    ['2026-03-09T15:00:00Z', '2026-03-12T15:00:00Z', 'new days'],
    ['2026-03-07T08:00:00Z', '2026-03-10T15:00:00Z', 'across the switch'],
    ['2026-03-09T07:00:00Z', '2026-03-09T15:00:00Z', 'the short day'],
  ] as const;
  for (const [start, end, what] of accepted) {
    expect({ what, status: (await job(account, start, end)).status }).toEqual({ what, status: 200 });
  }
  const refused = [
    ['2026-03-05T15:00:00Z', '2026-03-08T08:00:00Z', 1, "the new zone's midnight before the switch"],
    ['2026-03-09T15:00:00Z', '2026-03-11T07:00:00Z', 1, "the old zone's midnight after it"],
    ['2026-03-05T15:00:00Z', '2026-03-11T07:00:00Z', 2, 'both'],
  ] as const;
  for (const [start, end, errors, what] of refused) {
    const reply = await job(account, start, end);
    expect([what, reply.status, codeOf(reply)]).toEqual([what, 400, 'INVALID_TIME_WINDOW']);
    expect(reply.json.errors).toHaveLength(errors);
  }
});

test('before the switch bounds need not be midnights of the new zone', async () => {
  const account = await startAt('2026-03-09T12:00:00Z', EAST);
  expect((await job(account, '2026-03-08T08:00:00Z', '2026-03-10T07:00:00Z')).status).toBe(200);
  expect((await job(account, '2026-03-08T08:00:00Z', '2026-03-10T15:00:00Z')).status).toBe(400);
});

test('going east, the day before the switch is short and lies in the data gap', async () => {
  const account = await startAt('2026-03-20T00:00:00Z', EAST);
  const days = await daysWithNumbers(account, '2026-03-20T00:00:00Z');
  expect(days).toContain('2026-03-08');
  expect(days).not.toContain('2026-03-09');
  expect(days).toContain('2026-03-10');
  const across = await answer(account, '2026-03-08T08:00:00Z', '2026-03-10T15:00:00Z');
  expect(across.time_series_length).toBe(3);
  const { json } = await x.get(`/12/stats/accounts/${account}/active_entities`, {
    entity: 'CAMPAIGN',
    start_time: '2026-03-09T08:00:00Z',
    end_time: '2026-03-09T15:00:00Z',
  });
  // During the gap only corrections of earlier days are recorded.
  const intoTheGap = json.data.filter((each) => String(each['activity_end_time']) > '2026-03-09T07:00:00Z');
  expect(intoTheGap).toEqual([]);
});

test('going west, no day is missing, and hours without numbers lie between the old days and the new', async () => {
  const account = await startAt('2026-03-20T00:00:00Z', WEST);
  const days = await daysWithNumbers(account, '2026-03-20T00:00:00Z');
  for (const day of ['2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11']) expect(days).toContain(day);
  const short = await answer(account, '2026-03-08T15:00:00Z', '2026-03-09T15:00:00Z');
  const long = await answer(account, '2026-03-08T15:00:00Z', '2026-03-10T07:00:00Z');
  expect([short.time_series_length, long.time_series_length]).toEqual([1, 1]);
  expect(long.data).toEqual(short.data);
  const both = await answer(account, '2026-03-08T15:00:00Z', '2026-03-11T07:00:00Z');
  expect(both.time_series_length).toBe(2);
});

test('days that were whole before the switch have the numbers that they have without it', async () => {
  const ask = { level: 'CAMPAIGN', from: '2026-02-20', to: '2026-03-08' };
  const account = await startAt('2026-03-20T00:00:00Z', EAST);
  const steady = await startX({ ...world, accounts: 1, now: '2026-03-20T00:00:00Z' });
  for (const as_of of ['2026-03-09T14:59:59Z', '2026-03-20T00:00:00Z']) {
    const lines = await x.truth(account, { ...ask, as_of });
    expect(lines.length).toBeGreaterThan(10);
    expect(lines).toEqual(await steady.truth(account, { ...ask, as_of }));
  }
  await steady.running.close();
});

test.each([
  ['east', EAST],
  ['west', WEST],
])('§17.51, going %s: whatever changes around the switch is named by the window in which it did', async (_, to) => {
  const account = await startAt('2026-03-08T00:00:00Z', to);
  const calendar = x.running.simulator.world.accountById(account)?.calendar;
  const ask = { level: 'PROMOTED_TWEET', from: '2026-02-10', to: '2026-03-15' };
  let before = await x.truth(account, { ...ask, as_of: '2026-03-07T23:59:59Z' });
  let seen = 0;
  for (let from = Date.parse('2026-03-08T00:00:00Z'); from < Date.parse('2026-03-14T00:00:00Z'); from += 7 * HOUR) {
    const until = from + 7 * HOUR;
    await x.control('PUT', 'clock', { now: iso(until + HOUR / 3) });
    const after = await x.truth(account, { ...ask, as_of: iso(until - 1_000) });
    const earlier = new Map(before.map((line) => [keyOf(line), JSON.stringify(line.metrics)]));
    const window = { entity: 'PROMOTED_TWEET', start_time: iso(from), end_time: iso(until) };
    const { json } = await x.get(`/12/stats/accounts/${account}/active_entities`, window);
    const days = calendar?.at(until / 1000);
    for (const line of after.filter((each) => earlier.get(keyOf(each)) !== JSON.stringify(each.metrics))) {
      const named = json.data.filter(
        (each) =>
          each['entity_id'] === line.id &&
          (each['placements'] as string[]).includes(line.placement) &&
          (days?.dayOf(Math.floor(Date.parse(String(each['activity_start_time'])) / HOUR) * 3_600) ?? 0) <=
            epochDay(line.day) &&
          (days?.dayOf(Math.ceil(Date.parse(String(each['activity_end_time'])) / HOUR) * 3_600 - 1) ?? 0) >=
            epochDay(line.day),
      );
      expect([keyOf(line), iso(until), named.length]).toEqual([keyOf(line), iso(until), 1]);
      seen += 1;
    }
    // No entity-day loses all of its numbers.
    const kept = new Set(after.map(keyOf));
    expect([...earlier.keys()].filter((key) => !kept.has(key))).toEqual([]);
    before = after;
  }
  expect(seen).toBeGreaterThan(30);
});

test('a second switch of the same account is refused', async () => {
  x = await startX({ accounts: 1, ads: 1 });
  const again = { ...EAST, day: '2026-04-01' };
  await expect(startX({ accounts: 1, ads: 1, timezoneSwitches: [EAST, again] })).rejects.toThrow('only once');
});
