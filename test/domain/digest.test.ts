import { expect, test } from 'vitest';
import { digestWeek } from '../../domain/digest.js';

test.each([
  // A Tuesday: the daily syncs of Monday have read Sunday.
  ['2026-02-10T05:59:59Z', undefined],
  ['2026-02-10T06:00:00Z', { from: '2026-02-02', to: '2026-02-08' }],
  ['2026-02-13T05:59:59Z', { from: '2026-02-02', to: '2026-02-08' }],
  ['2026-02-13T06:00:00Z', undefined],
  ['2026-02-16T12:00:00Z', undefined],
  ['2026-01-06T06:00:00Z', { from: '2025-12-29', to: '2026-01-04' }],
])('at %s the week that is told of is %o', (now, week) => {
  expect(digestWeek(new Date(now))).toEqual(week);
});
