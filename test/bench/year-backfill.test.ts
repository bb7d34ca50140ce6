import { describe, expect, it } from 'vitest';
import { bench } from './support.js';

describe('npm run bench -- year-backfill', () => {
  it('imports each combination, and tells its figures and its equality with the truth', async () => {
    const { failure, figures } = await bench(
      'year-backfill',
      '--ads',
      '3',
      '--days',
      '20',
      '--job-seconds',
      '0.2',
      '--profile',
      'always-on',
      '--seed',
      '3',
    );
    expect(failure).toBeUndefined();
    expect(figures).toMatchObject({ scenario: 'year-backfill', correct: true });
    const [run] = figures['runs'] as readonly Record<string, unknown>[];
    expect(run).toMatchObject({ ads: 3, missing: 0, doubled: 0, wrong: 0, tooManyJobs: 0, refusals: {} });
    const counted = ['jobs', 'jobsLowerBound', 'wallSeconds', 'floorSeconds', 'rowsPerSecond', 'cellsCompared'];
    expect(counted.filter((name) => !(Number(run?.[name]) > 0))).toEqual([]);
    expect(run?.['history']).toHaveProperty('replaySeconds', expect.any(Number));
  });
});
