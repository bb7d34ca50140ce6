import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zoneDays, dayText } from '../../simulator/zone-days.js';
import { codeOf, startX, type TruthLine, type X } from './support/x.js';

interface Activity {
  readonly entity_id: string;
  readonly activity_start_time: string;
  readonly activity_end_time: string;
  readonly placements: readonly string[];
}

const HOUR = 3_600_000;
const iso = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

const feedOf = async (x: X, account: string, level: string, from: number, to: number): Promise<readonly Activity[]> => {
  const window = { entity: level, start_time: iso(from), end_time: iso(to) };
  const { json } = await x.get(`/12/stats/accounts/${account}/active_entities`, window);
  return json.data as unknown as readonly Activity[];
};

const keyOf = ({ id, day, placement }: TruthLine): string => `${id} ${day} ${placement}`;

/** The entity-days whose numbers differ between two truths. */
const changed = (before: readonly TruthLine[], after: readonly TruthLine[]): readonly TruthLine[] => {
  const earlier = new Map(before.map((line) => [keyOf(line), JSON.stringify(line.metrics)]));
  return after.filter((line) => earlier.get(keyOf(line)) !== JSON.stringify(line.metrics));
};

/** Rounds activity times outwards to whole hours, as X's documentation says. */
const covers = (zone: string, { activity_start_time, activity_end_time }: Activity, day: string): boolean => {
  const days = zoneDays(zone);
  const first = days.dayOf(Math.floor(Date.parse(activity_start_time) / HOUR) * 3_600);
  const last = days.dayOf(Math.ceil(Date.parse(activity_end_time) / HOUR) * 3_600 - 1);
  return dayText(first) <= day && day <= dayText(last);
};

describe('§17.51: the change feed', () => {
  let x: X;
  let accounts: readonly string[];
  const zones = ['America/Los_Angeles', 'America/New_York', 'Europe/London', 'Asia/Tokyo', 'Asia/Kolkata'];
  beforeAll(async () => {
    x = await startX({ profile: 'messy', ads: 60, accounts: 5, days: 40, now: '2026-08-24T00:00:00Z' });
    accounts = await x.accountIds();
  });
  afterAll(() => x.running.close());

  test('§17.51: whenever a number changed in an hour, the window with that hour names the entity and its day', async () => {
    const window = { from: '2026-07-20', to: '2026-08-26' };
    let seen = 0;
    for (const index of [0, 4]) {
      const account = accounts[index] ?? '';
      let now = Date.parse('2026-08-24T00:00:00Z');
      for (const hours of [1, 1, 5, 17, 24]) {
        const next = now + hours * HOUR;
        // A poll at 20 past requests whole hours. The next poll finds what changes in the current hour.
        await x.control('PUT', 'clock', { now: iso(next + HOUR / 3) });
        for (const level of ['PROMOTED_TWEET', 'LINE_ITEM', 'CAMPAIGN', 'FUNDING_INSTRUMENT', 'PROMOTED_ACCOUNT']) {
          const truthAt = (moment: number): Promise<readonly TruthLine[]> =>
            x.truth(account, { ...window, level, as_of: iso(moment - 1_000) });
          const differences = changed(await truthAt(now), await truthAt(next));
          const feed = await feedOf(x, account, level, now, next);
          seen += differences.length;
          const missed = differences.filter(
            ({ id, day, placement }) =>
              !feed.some(
                (activity) =>
                  activity.entity_id === id &&
                  activity.placements.includes(placement) &&
                  covers(zones[index] ?? 'UTC', activity, day),
              ),
          );
          expect(missed.map(keyOf), `${level} until ${iso(next)}`).toEqual([]);
        }
        now = next;
      }
    }
    expect(seen).toBeGreaterThan(500);
  });

  test('§17.51: activity may lie before the window that recorded it, and is one record per entity', async () => {
    const from = Date.parse('2026-08-20T00:00:00Z');
    const feed = await feedOf(x, accounts[0] ?? '', 'PROMOTED_TWEET', from, from + 24 * HOUR);
    expect(feed.some(({ activity_start_time }) => Date.parse(activity_start_time) < from - 24 * HOUR)).toBe(true);
    expect(new Set(feed.map(({ entity_id }) => entity_id)).size).toBe(feed.length);
    expect(Object.keys(feed[0] ?? {})).toEqual(['entity_id', 'activity_start_time', 'activity_end_time', 'placements']);
  });

  test('leaves out corrections with the option, and still names the hours of a day while it lasts', async () => {
    const [from, to] = [Date.parse('2026-08-20T00:00:00Z'), Date.parse('2026-08-21T00:00:00Z')];
    const mute = await startX({
      profile: 'messy',
      ads: 60,
      accounts: 1,
      days: 40,
      now: '2026-08-24T00:00:00Z',
      feedMisses: 1,
    });
    const records = await feedOf(x, accounts[0] ?? '', 'PROMOTED_TWEET', from, to);
    const left = await feedOf(mute, await mute.firstAccount(), 'PROMOTED_TWEET', from, to);
    await mute.running.close();
    const old = (activities: readonly Activity[]) =>
      activities.filter(({ activity_start_time }) => Date.parse(activity_start_time) < from - 24 * HOUR);
    expect(old(records).length).toBeGreaterThan(0);
    expect(left.length).toBeGreaterThan(0);
    expect(old(left)).toEqual([]);
  });

  test('names nothing later than a day after its end with corrections: 0, and the numbers do not change either', async () => {
    const now = Date.parse('2026-08-24T00:00:00Z');
    const world = { profile: 'messy', ads: 60, accounts: 1, days: 40, now: iso(now) } as const;
    const early = await startX({ ...world, corrections: 0 });
    const account = await early.firstAccount();
    const feed = await feedOf(early, account, 'CAMPAIGN', now - 24 * HOUR, now);
    const window = { from: '2026-07-20', to: '2026-08-19', level: 'CAMPAIGN' };
    const truths = await Promise.all([
      early.truth(account, { ...window, as_of: iso(now - 48 * HOUR) }),
      early.truth(account, { ...window, as_of: iso(now) }),
    ]);
    await early.running.close();
    expect(feed.length).toBeGreaterThan(0);
    const longAgo = now - 72 * HOUR;
    expect(feed.filter(({ activity_start_time }) => Date.parse(activity_start_time) < longAgo)).toEqual([]);
    expect(truths[1]).toEqual(truths[0]);
  });

  test('§17.51: nothing is recorded in the future, and windows of a year ago are answered', async () => {
    const account = accounts[0] ?? '';
    const far = Date.parse('2026-12-01T00:00:00Z');
    expect(await feedOf(x, account, 'CAMPAIGN', far, far + 24 * HOUR)).toEqual([]);
    const old = await startX({ ads: 10, accounts: 1, days: 365 });
    const first = Date.parse('2025-08-25T00:00:00Z');
    expect((await feedOf(old, await old.firstAccount(), 'PROMOTED_TWEET', first, first + 48 * HOUR)).length).toBe(10);
    await old.running.close();
  });

  test('filters by one kind of parent exclude each other, and ACCOUNT is not offered', async () => {
    const account = accounts[0] ?? '';
    const path = `/12/stats/accounts/${account}/active_entities`;
    const window = { start_time: '2026-08-01T00:00:00Z', end_time: '2026-08-20T00:00:00Z', entity: 'LINE_ITEM' };
    const [campaign = '', other = ''] = await x.ids(account, 'campaigns');
    const rows = await x.list(account, 'line_items', { campaign_ids: campaign, with_deleted: true });
    const { json } = await x.get(path, { ...window, campaign_ids: campaign });
    const own = rows.map((row) => row['id']);
    expect(json.data.length).toBeGreaterThan(0);
    expect(json.data.every((activity) => own.includes(activity['entity_id']))).toBe(true);
    const both = await x.get(path, { ...window, campaign_ids: other, line_item_ids: 'a' });
    expect([both.status, codeOf(both)]).toEqual([400, 'EXCLUSIVE_PARAMETERS']);
    expect(codeOf(await x.get(path, { ...window, entity: 'ACCOUNT' }))).toBe('INVALID_PARAMETER');
  });

  test('a correction that a person orders changes the spend of its day from then on, and the feed names it', async () => {
    const account = accounts[1] ?? '';
    const { text } = await x.control('PUT', 'clock', { frozen: true });
    const now = Date.parse((JSON.parse(text) as { now: string }).now);
    const day = dayText(zoneDays(zones[1] ?? '').dayOf(now / 1000) - 20);
    const truthAt = (moment: number): Promise<readonly TruthLine[]> =>
      x.truth(account, { from: day, to: day, level: 'CAMPAIGN', as_of: iso(moment) });
    const feed = async (): Promise<readonly Activity[]> =>
      (await feedOf(x, account, 'CAMPAIGN', Math.floor(now / HOUR) * HOUR, (Math.floor(now / HOUR) + 1) * HOUR)).filter(
        (record) => covers(zones[1] ?? '', record, day),
      );
    expect(changed(await truthAt(now - 1_000), await truthAt(now))).toEqual([]);
    await x.control('POST', `restatements/${account}`, { day, factor: 0.5 });
    const differences = changed(await truthAt(now - 1_000), await truthAt(now));
    expect(differences.length).toBeGreaterThan(0);
    const named = new Set((await feed()).map(({ entity_id }) => entity_id));
    expect(differences.filter(({ id }) => !named.has(id))).toEqual([]);
  });
});
