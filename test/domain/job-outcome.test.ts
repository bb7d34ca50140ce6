import { describe, expect, test } from 'vitest';
import {
  afterFailure,
  afterInterruption,
  afterOmission,
  afterRefusal,
  TRIES_OF_ONE_ID,
} from '../../domain/job-outcome.js';
import { halves } from '../../domain/slice.js';

describe('a job that X failed to compute', () => {
  test('is asked again once, for chance, and then cut in two', () => {
    expect(afterFailure(20, 0)).toEqual({ kind: 'retry', afterSeconds: 0 });
    expect(afterFailure(20, 1)).toEqual({ kind: 'split' });
    expect(afterFailure(2, 1)).toEqual({ kind: 'split' });
  });

  test('of one id is asked with growing jobTimeouts, and given up after the last try only', () => {
    const outcomes = Array.from({ length: TRIES_OF_ONE_ID }, (_, failures) => afterFailure(1, failures));
    expect(outcomes.slice(0, -1).map(({ kind }) => kind)).toEqual(Array(TRIES_OF_ONE_ID - 1).fill('retry'));
    expect(outcomes.at(-1)).toEqual({ kind: 'give_up' });
    const waits = outcomes.flatMap((next) => (next.kind === 'retry' ? [next.afterSeconds] : []));
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(Math.max(...waits)).toBeLessThanOrEqual(5);
  });

  test('among twenty is found by halving in five steps, and no other id is lost on the way', () => {
    const bad = 'id13';
    let suspects: readonly string[] = Array.from({ length: 20 }, (_, i) => `id${i}`);
    const healthy: string[] = [];
    let steps = 0;
    while (suspects.length > 1) {
      const parts = halves(suspects);
      expect(parts.flat()).toEqual(suspects);
      suspects = parts.find((part) => part.includes(bad)) ?? [];
      healthy.push(...parts.filter((part) => !part.includes(bad)).flat());
      steps += 1;
    }
    expect(suspects).toEqual([bad]);
    expect(new Set(healthy).size).toBe(19);
    expect(steps).toBeLessThanOrEqual(5);
  });
});

test('an id that finished files leave out is asked again by itself, and given up after the last try only', () => {
  expect(afterOmission(0).kind).toBe('retry');
  expect(afterOmission(TRIES_OF_ONE_ID - 2).kind).toBe('retry');
  expect(afterOmission(TRIES_OF_ONE_ID - 1)).toEqual({ kind: 'give_up' });
});

test('a job that ends before it is read is made again with growing pauses, and a slice of it ends, whatever the reason', () => {
  const outcomes = Array.from({ length: TRIES_OF_ONE_ID }, (_, times) => afterInterruption(20, times));
  expect(outcomes.at(-1)).toEqual({ kind: 'split' });
  expect(afterInterruption(1, TRIES_OF_ONE_ID - 1)).toEqual({ kind: 'give_up' });
  const waits = outcomes.flatMap((next) => (next.kind === 'retry' ? [next.afterSeconds] : []));
  expect(waits).toHaveLength(TRIES_OF_ONE_ID - 1);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});

test('a create that X refuses is cut in two at once, and one id is not asked for again', () => {
  expect(afterRefusal(2)).toEqual({ kind: 'split' });
  expect(afterRefusal(1)).toEqual({ kind: 'give_up' });
});

test('one id has no halves but itself', () => {
  expect(halves(['only'])).toEqual([['only']]);
});
