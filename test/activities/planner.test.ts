import { expect, test } from 'vitest';
import { planApart, type PlanQuestion } from '../../activities/import/planner.js';
import { planRange } from '../../domain/plan.js';
import { fromJson, type JsonText, toJson } from '../../store/json-text.js';
import { flightedAds } from '../domain/flighted-ads.js';

const ask = (ads: number): PlanQuestion => {
  const { activity, ledger, ...input } = flightedAds(ads, { held: true });
  return { ...input, activity: toJson(activity), ledger: toJson(ledger) };
};

test('the main thread goes on while 20,000 ads are planned, and learns the same plan', async () => {
  // The first answer shows that the thread is there: its start is not what this test counts.
  await planApart(ask(1));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const { slices, held } = await planApart(ask(20_000));
  clearInterval(timer);
  expect(turns).toBeGreaterThan(10);
  const here = planRange(flightedAds(20_000, { held: true }));
  expect(held).toBe(here.held);
  expect(fromJson(slices)).toEqual(here.slices);
});

test('a question that cannot be planned is refused to its asker alone', async () => {
  const broken = planApart({ ...ask(1), activity: '[' as JsonText<never> });
  const sound = planApart(ask(3));
  await expect(broken).rejects.toThrow('JSON');
  expect(fromJson((await sound).slices).length).toBeGreaterThan(0);
});
