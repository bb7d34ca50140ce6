import { addDays } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import type { Instant } from '../../domain/calendar.js';
import { trueRows } from '../../local/once/simulated.js';
import { COMPARED_LEVELS } from '../../local/once/compare.js';

/** X's limit of ids in a job. Written here again, since the planner is what is measured. */
const IDS_PER_JOB = 20;
/** The days of a blind re-read, the last due day included. */
export const BLIND_DAYS = 14;
/** Levels that have the mobile metric set in accounts with app campaigns. */
const MOBILE_LEVELS: ReadonlySet<string> = new Set(['CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET']);

/** What a blind re-read of one account would cost on one day. */
export interface BlindDay {
  readonly jobs: number;
  /** Ads active in the days that it reads. */
  readonly ads: number;
  /** How many of these had ended over three days before. */
  readonly endedAds: number;
}

/**
 * The jobs of an importer that does not know what changed: it reads every id that had a number in the last fourteen due
 * days, over these days, 20 ids a job for each level, placement and metric set. Computed from the simulator's truth alone.
 */
export const blindDay = async (
  simulatorUrl: string,
  { id: accountId, timezone }: { readonly id: string; readonly timezone: string },
  now: Instant,
): Promise<BlindDay> => {
  const today = dayOf(now, timezone);
  const to = addDays(today, -1);
  const from = addDays(to, 1 - BLIND_DAYS);
  const series = new Map<string, Set<string>>();
  const lastActive = new Map<string, string>();
  let mobile = false;
  for (const level of COMPARED_LEVELS) {
    for await (const { id, placement, day, metrics } of trueRows(simulatorUrl, accountId, { level, from, to })) {
      mobile ||= Object.keys(metrics).some((name) => name.startsWith('mobile_'));
      const key = `${level} ${placement}`;
      series.set(key, (series.get(key) ?? new Set()).add(id));
      if (level === 'PROMOTED_TWEET' && (lastActive.get(id) ?? '') < day) lastActive.set(id, day);
    }
  }
  let jobs = 0;
  for (const [key, ids] of series) {
    const sets = mobile && MOBILE_LEVELS.has(key.split(' ', 1)[0] ?? '') ? 2 : 1;
    jobs += sets * Math.ceil(ids.size / IDS_PER_JOB);
  }
  const ended = addDays(today, -3);
  const endedAds = [...lastActive.values()].filter((day) => day < ended).length;
  return { jobs, ads: lastActive.size, endedAds };
};
