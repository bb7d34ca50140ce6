import { describe, expect, it } from 'vitest';
import { dailyBars } from '../../bench/scenarios/daily.js';
import type { DailyReport } from '../../bench/scenarios/daily.js';
import { bench } from './support.js';

describe('npm run bench -- daily', () => {
  it('follows the change feed with no more jobs than a blind re-read, and with half of them where most ads ended', async () => {
    // Hundreds of ads, because below that the one job that each level takes at least outweighs what the feed spares.
    const { failure, figures } = await bench(
      'daily',
      '--connections=2',
      '--ads=4',
      '--days=1',
      '--history=15',
      '--job-seconds=0.2',
      '--on-ads=60',
      '--ended-ads=600',
      '--feed-days=8',
    );
    const { bars, runs, feed } = figures as unknown as DailyReport;
    expect({ failure, figures }).toMatchObject({
      failure: undefined,
      figures: {
        scenario: 'daily',
        correct: true,
        bars: {
          requests: true,
          events: true,
          jobsNeverMore: true,
          jobsAtMostHalf: true,
          noRefusal: true,
          scale: null,
        },
      },
    });
    expect(runs).toHaveLength(1);
    expect(runs[0]).toMatchObject({ connections: 2, heldAgainstBlind: 2, accountsCompared: 2 });
    expect(runs[0]?.eventsPerConnectionDay).toBeGreaterThan(10);
    expect(runs[0]?.requestsPerConnectionDay).toBeGreaterThan(10);
    expect(bars).toEqual(dailyBars(runs, feed));
    const [alwaysOn, ended] = feed;
    expect(alwaysOn?.daily.map(({ ads, endedAds }) => [ads, endedAds])).toEqual(
      Array.from({ length: 8 }, () => [60, 0]),
    );
    expect(ended?.daily.map(({ ads, endedAds }) => [ads, endedAds])).toEqual(
      Array.from({ length: 8 }, () => [600, 480]),
    );
    expect(ended?.daily.filter(({ isCheck }) => isCheck)).toHaveLength(1);
    // What changed is read, too: following the feed is not reading nothing.
    expect(ended?.daily.every(({ feedJobs }) => feedJobs >= 5)).toBe(true);
  });

  it('refuses more days than the ended ads stay among what was active', async () => {
    const { failure } = await bench('daily', '--feed-days', '9');
    expect(failure).toContain('exit code 1');
    expect(failure).toContain('a number from 0 to 8');
  });
});
