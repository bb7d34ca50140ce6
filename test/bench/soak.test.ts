import { expect, it } from 'vitest';
import { soak } from './support.js';

it('thirty days with dead tokens, a week asleep, failing jobs, a change of the clock and one of the zone end with every number true, now and at ten past moments', async () => {
  // Los Angeles and New York change their clocks on the 26th day; London does not. Waits are of one day and of three.
  const { failure, figures } = await soak('--days', '30', '--accounts', '3', '--ads', '6', '--seed', '4');
  expect(failure).toBeUndefined();
  expect(figures).toMatchObject({
    days: 30,
    missing: 0,
    doubled: 0,
    wrong: 0,
    asOfWrong: 0,
    notGreen: 0,
    tokenDeaths: 3,
    daysAsleep: 7,
    zoneSwitch: { from: 'Europe/London', to: 'Pacific/Auckland' },
    limitsHit: {},
    examples: [],
  });
  // Nothing of it is for nothing: there were failures, corrections, and many cells to compare.
  const { failedJobs, restatements, cellsCompared, asOfCellsCompared } = figures;
  expect([failedJobs, restatements, cellsCompared, asOfCellsCompared].every((count) => Number(count) > 0)).toBe(true);
  expect(figures['asOfMoments']).toHaveLength(10);
});

it('a year with both changes of the clock, of eight accounts in eight zones, ends with every number true, now and at ten past moments', async () => {
  const { failure, figures } = await soak('--days', '365', '--seed', '11');
  expect(failure).toBeUndefined();
  expect(figures).toMatchObject({
    days: 365,
    accounts: 8,
    missing: 0,
    doubled: 0,
    wrong: 0,
    asOfWrong: 0,
    notGreen: 0,
  });
  expect(figures).toMatchObject({ tokenDeaths: 3, daysAsleep: 7, limitsHit: {}, examples: [] });
});
