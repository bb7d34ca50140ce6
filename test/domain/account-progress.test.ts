import { expect, test } from 'vitest';
import { accountProgress, type ProgressTerms } from '../../domain/account-progress.js';
import type { Day } from '../../domain/calendar.js';
import { estimateSeconds } from '../../domain/estimate.js';

const day = (text: string): Day => text as Day;
const terms: ProgressTerms = {
  status: 'up_to_date',
  wait: 1,
  dailyAt: '10:00',
  from: day('2026-11-01'),
  grantedAt: '2026-11-01T00:00:00.000Z',
  accountCreatedAt: null,
  zones: [{ zone: 'America/New_York', since: null, firstDay: null }],
  done: [{ from: day('2026-11-01'), to: day('2026-11-28') }],
};

test('yesterday is due once the time of its sync has come', () => {
  // 09:30 and 10:30 in New York on 30 November.
  expect(accountProgress(terms, '2026-11-30T14:30:00.000Z')).toMatchObject({
    due: 28,
    complete: 28,
    usableFrom: '2026-11-01',
    lastImported: '2026-11-28',
  });
  expect(accountProgress(terms, '2026-11-30T15:30:00.000Z')).toEqual({
    due: 29,
    complete: 28,
    from: '2026-11-01',
    lastImported: '2026-11-28',
    open: { day: '2026-11-29', since: '2026-11-30T15:00:00.000Z' },
  });
});

test('progress counts from the newest day: it is usable from the first day after the last hole', () => {
  const done = [
    { from: day('2026-11-03'), to: day('2026-11-05') },
    { from: day('2026-11-20'), to: day('2026-11-29') },
  ];
  expect(accountProgress({ ...terms, status: 'backfilling', done }, '2026-11-30T14:30:00.000Z')).toMatchObject({
    due: 29,
    complete: 13,
    usableFrom: '2026-11-20',
    lastImported: '2026-11-29',
    open: { day: '2026-11-01' },
  });
});

test('nothing is due before the first day is over, nor in a zone that is not known', () => {
  const none = { ...terms, from: day('2026-11-30'), done: [] };
  expect(accountProgress(none, '2026-11-30T20:00:00.000Z')).toMatchObject({ due: 0, complete: 0 });
  expect(accountProgress({ ...terms, zones: [] }, '2026-11-30T20:00:00.000Z')).toEqual({ due: 0, complete: 0 });
});

test('jobs take as long as their slots and the creates of a minute allow', () => {
  expect([0, 1, 100, 101, 441, 1_000].map((jobs) => estimateSeconds(jobs, 8))).toEqual([0, 8, 8, 16, 68, 136]);
});
