import type { Machine } from '../report.js';
import { machineOf } from '../world.js';
import type { LoadConfig } from '../world.js';
import { blindDay } from './blind.js';
import type { BlindDay } from './blind.js';
import { runDay } from './day.js';
import { makeDailyWorld, dueMorning } from './world.js';
import type { DailyWorld, DailyWorldOptions } from './world.js';

export interface FeedOptions extends Pick<DailyWorldOptions, 'ads' | 'history' | 'jobSeconds' | 'seed'> {
  readonly days: number;
  /** Of the ads, how many ended four to six days before the first measured day: 0 is a world that is always on. */
  readonly endedShare: number;
  /** Of the entity-days, how many X corrects later than a day after their end: all as X documents, none as recorded feeds. */
  readonly corrections: number;
}

export interface FeedDay extends BlindDay {
  readonly feedJobs: number;
  /** Whether the weekly blind check was due that day. What it reads was not named by the feed. */
  readonly isCheck: boolean;
}

/** One connection's daily syncs after its history, each compared with the cost of a blind re-read on that day. */
export interface FeedRun extends FeedOptions {
  readonly daily: readonly FeedDay[];
  /** Of the days without a blind check, as are the blind re-read's. */
  readonly feedJobs: number;
  readonly blindJobs: number;
}

const checksOf = async ({ db }: DailyWorld): Promise<number> =>
  (await db.query<{ checks: number }>('select count(*) as checks from importer.blind_check_runs')).rows[0]?.checks ?? 0;

export const feedAgainstBlind = async (
  options: FeedOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void,
): Promise<{ run: FeedRun; machine: Machine }> => {
  const { days, endedShare, corrections, ads } = options;
  await using world = await makeDailyWorld({ ...options, connections: 1 }, loadConfig, report);
  const [account] = world.accounts;
  if (account === undefined) throw new Error('the simulator has no account');
  const name = `${ads} ads, ${Math.round(endedShare * 100)} % ended, ${Math.round(corrections * 100)} % corrected late`;
  report(`${name}: the history …`);
  await runDay(world, 0);
  const daily: FeedDay[] = [];
  for (let number = 1; number <= days; number += 1) {
    report(`${name}: day ${number} of ${days} …`);
    const checks = await checksOf(world);
    const { report: seen } = await runDay(world, number);
    daily.push({
      feedJobs: seen.jobs_created,
      isCheck: (await checksOf(world)) > checks,
      ...(await blindDay(world.simulatorUrl, account, dueMorning(number))),
    });
  }
  const total = (of: (day: FeedDay) => number): number =>
    daily.filter(({ isCheck }) => !isCheck).reduce((sum, day) => sum + of(day), 0);
  const feedJobs = total((day) => day.feedJobs);
  const run = { ...options, daily, feedJobs, blindJobs: total(({ jobs }) => jobs) };
  return { run, machine: await machineOf(world) };
};
