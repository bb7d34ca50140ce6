import { expect, test } from 'vitest';
import { percent } from '../../cli/text/restatements.js';
import { describeProgress, noProgress } from '../../domain/progress.js';

test('a share that rounds to nothing has no sign', () => {
  expect([-0.001, 0.001, 0.4, -0.4, null].map((share) => percent({ percent: share }))).toEqual([
    '0.00 %',
    '0.00 %',
    '+0.40 %',
    '-0.40 %',
    'from nothing',
  ]);
});

test('what an import has done is counted in jobs, in the Temporal UI as in the terminal', () => {
  expect(describeProgress({ ...noProgress, phase: 'importing', landed: 1, planned: 3 })).toContain(
    '1 of 4 jobs landed',
  );
});
