import { expect, test } from 'vitest';
import { estimateSeconds } from '../../domain/estimate.js';

interface Job {
  readonly from: number;
  readonly to: number;
}

/** Jobs at X, in seconds: a hundred at once, 440 creates in each minute that begins with the first. */
const jobsOf = (jobs: number, jobSeconds: number): readonly Job[] => {
  const all: Job[] = [];
  for (let job = 0; job < jobs; job += 1) {
    const from = Math.max(all[job - 100]?.to ?? 0, 60 * Math.floor(job / 440));
    all.push({ from, to: from + jobSeconds });
  }
  return all;
};

test.each([
  [80, 90],
  [330, 22],
  [700, 8],
  [1_000, 10],
  [2_000, 40],
])('at 25, 50 and 75 % of an import what remains is estimated within 30 % (%i jobs of %i s)', (jobs, jobSeconds) => {
  const all = jobsOf(jobs, jobSeconds);
  const whole = all.at(-1)?.to ?? 0;
  for (const part of [0.25, 0.5, 0.75]) {
    // A moment later, so that what ends then has ended.
    const now = whole * part + 0.01;
    const created = all.filter(({ from }) => from <= now);
    const recent = created.filter(({ from }) => from > now - 60);
    const seconds = estimateSeconds(all.filter(({ to }) => to > now).length, jobSeconds, {
      atX: created.filter(({ to }) => to > now).length,
      sinceCreate: now - (created.at(-1)?.from ?? 0),
      inMinute: recent.length,
      sinceFirst: now - (recent[0]?.from ?? now),
    });
    expect(Math.abs(seconds - (whole - now))).toBeLessThanOrEqual(0.3 * (whole - now) + 1);
  }
});
