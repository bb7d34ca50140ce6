import { describe, expect, test } from 'vitest';
import type { RequestReport } from '../local/once/simulated.js';
import { entityDaysOf } from './faults/support/entity-days.js';
import { readTwice } from './faults/support/read-twice.js';

/* The judge of the end-to-end tests is tried itself: it must find what it is there to find, and nothing else. */

type LoggedJob = RequestReport['jobs'][number];

const minutes = (n: number): string => new Date(Date.parse('2026-11-18T10:00:00Z') + n * 60_000).toISOString();

/** Three days of November in Los Angeles. */
const job = (createdAfter: number, change: Partial<LoggedJob> = {}): LoggedJob => ({
  account_id: 'acc',
  entity: 'PROMOTED_TWEET',
  entity_ids: ['a', 'b'],
  start_time: '2026-11-10T08:00:00Z',
  end_time: '2026-11-13T08:00:00Z',
  placement: 'ALL_ON_TWITTER',
  metric_groups: ['ENGAGEMENT', 'BILLING'],
  status: 'SUCCESS',
  created_at: minutes(createdAfter),
  ended_at: minutes(createdAfter + 1),
  ...change,
});
const named = (id: string, day: string): string => `acc PROMOTED_TWEET ALL_ON_TWITTER BILLING+ENGAGEMENT ${id} ${day}`;

test('a job asks for each of its ids on each of its local days, also on the day on which the clocks change', () => {
  const autumn = job(0, { entity_ids: ['a'], start_time: '2026-10-31T07:00:00Z', end_time: '2026-11-03T08:00:00Z' });
  expect(entityDaysOf(autumn)).toEqual([named('a', '2026-10-31'), named('a', '2026-11-01'), named('a', '2026-11-02')]);
  const kolkata = job(0, { entity_ids: ['a'], start_time: '2026-11-09T18:30:00Z', end_time: '2026-11-10T18:30:00Z' });
  expect(entityDaysOf(kolkata)).toEqual([named('a', '2026-11-10')]);
});

describe('an entity-day in two jobs', () => {
  test('is found, and only the days and ids that both asked for', () => {
    const later = job(30, {
      entity_ids: ['b', 'c'],
      start_time: '2026-11-12T08:00:00Z',
      end_time: '2026-11-20T08:00:00Z',
    });
    expect(readTwice([job(0), later])).toEqual([named('b', '2026-11-12')]);
    expect(readTwice([later, job(0)])).toEqual([named('b', '2026-11-12')]);
  });

  test('is none where the metrics, the placement, the level or the account differ', () => {
    for (const other of [
      { metric_groups: ['MOBILE_CONVERSION'] },
      { placement: 'SPOTLIGHT' },
      { entity: 'LINE_ITEM' },
      { account_id: 'other' },
    ])
      expect(readTwice([job(0), job(1, other)])).toEqual([]);
  });

  test('is allowed after an hour, and not a minute before', () => {
    expect(readTwice([job(0), job(61)])).toEqual([]);
    expect(readTwice([job(0), job(59)])).toHaveLength(6);
  });

  test('is allowed after the first has FAILED, and not while it is still to fail', () => {
    expect(readTwice([job(0, { status: 'FAILED' }), job(2)])).toEqual([]);
    expect(readTwice([job(0, { status: 'FAILED', ended_at: minutes(3) }), job(2)])).toHaveLength(6);
  });

  test('is allowed where the change feed has named it in between, and nowhere else', () => {
    const feed = (at: number) => [
      { at: Date.parse(minutes(at)), names: (day: string) => day === named('a', '2026-11-11') },
    ];
    expect(readTwice([job(0), job(30)], feed(20))).toHaveLength(5);
    expect(readTwice([job(0), job(30)], feed(20))).not.toContain(named('a', '2026-11-11'));
    expect(readTwice([job(0), job(30)], feed(40))).toHaveLength(6);
    expect(readTwice([job(10), job(30)], feed(5))).toHaveLength(6);
  });
});
