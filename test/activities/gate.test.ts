import { expect, test } from 'vitest';
import { takeTogether } from '../../activities/gate.js';
import type { CallDecision, Gate } from '../../store/import/rate-limit-windows.js';

const gateOf = (family: string): Gate => ({ scope: 'user:1', family, documentedLimit: 100, windowSeconds: 900 });
const until = '2026-01-01T00:00:00Z';
const wait: CallDecision = { kind: 'wait', until, waitMs: 1_000, reason: 'used up' };

test('what is asked at once goes through together, each window by itself', async () => {
  const asked: string[] = [];
  const take = takeTogether(async ({ family }, want) => {
    asked.push(`${family} ${want}`);
    return { kind: 'go', granted: want };
  });
  const decisions = await Promise.all(['reads', 'reads', 'writes', 'reads'].map((family) => take(gateOf(family))));
  expect(decisions.every(({ kind }) => kind === 'go')).toBe(true);
  expect(asked.toSorted()).toEqual(['reads 3', 'writes 1']);
});

test('what is asked while a transaction is under way shares the next one', async () => {
  const asked: number[] = [];
  const ends: (() => void)[] = [];
  const take = takeTogether(async (_, want) => {
    asked.push(want);
    await new Promise<void>((end) => ends.push(end));
    return { kind: 'go', granted: want };
  });
  const first = take(gateOf('reads'));
  await expect.poll(() => asked).toEqual([1]);
  const others = [take(gateOf('reads')), take(gateOf('reads'))];
  ends.shift()?.();
  await first;
  await expect.poll(() => asked).toEqual([1, 2]);
  ends.shift()?.();
  await Promise.all(others);
  expect(asked).toEqual([1, 2]);
});

test('no call goes that was not granted: the others ask again, in their order', async () => {
  let left = 2;
  const asked: number[] = [];
  const take = takeTogether(async (_, want) => {
    asked.push(want);
    if (left === 0) return wait;
    left -= 1;
    return { kind: 'go', granted: 1 };
  });
  const decisions = await Promise.all([1, 2, 3, 4].map(() => take(gateOf('reads'))));
  expect(decisions.map(({ kind }) => kind)).toEqual(['go', 'go', 'wait', 'wait']);
  expect(asked).toEqual([4, 3, 2]);
});

test('an error reaches all that asked together, and the next that ask begin anew', async () => {
  let fails = true;
  const take = takeTogether(async (_, want) => {
    if (fails) throw new Error('Postgres is away');
    return { kind: 'go', granted: want };
  });
  const results = await Promise.allSettled([take(gateOf('reads')), take(gateOf('reads'))]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await take(gateOf('reads'))).toEqual({ kind: 'go', granted: 1 });
});
