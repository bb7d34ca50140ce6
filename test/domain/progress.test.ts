import { expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { describeProgress, fractionDone, noProgress } from '../../domain/progress.js';

const range = { from: '2025-11-23' as Day, to: '2026-11-22' as Day };

test('nothing is done before anything is planned', () => {
  expect(fractionDone(noProgress)).toBe(0);
});

test('what ended counts as done, also what X could not answer', () => {
  const progress = {
    ...noProgress,
    phase: 'importing',
    planned: 10,
    inFlight: 20,
    ready: 10,
    landed: 55,
    failed: 5,
  } as const;
  expect(fractionDone(progress)).toBe(0.6);
});

test('an import that is done is whole, although it had nothing to read', () => {
  expect(fractionDone({ ...noProgress, phase: 'done' })).toBe(1);
});

test('people read the phase, the days, the counts, and why it waits until when', () => {
  const text = describeProgress({
    phase: 'waiting_for_another_run',
    range,
    planned: 3,
    inFlight: 100,
    ready: 2,
    landed: 95,
    failed: 1,
    hold: { reason: 'all job slots of the account are taken', until: '2026-11-23T12:00:00Z' },
  });
  expect(text).toContain('waiting for another run');
  expect(text).toContain('2025-11-23 to 2026-11-22');
  expect(text).toContain('95 of 201 jobs landed (47 %), 100 at X, 2 to land, 3 to submit');
  expect(text).toContain('1 failed: see coverage');
  expect(text).toContain('all job slots of the account are taken until 2026-11-23T12:00:00Z');
  expect(describeProgress(noProgress)).not.toMatch(/failed|waiting/);
});
