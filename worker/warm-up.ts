import { warmPlanner } from '../activities/import/planner.js';
import { addDays } from '../domain/calendar.js';
import { dayOf } from '../domain/local-days.js';
import { ensurePartitions } from '../store/facts/partitions.js';
import type { Db } from '../store/pool.js';

/** Sessions with Postgres that a worker keeps: as many as the first minute of an import uses at once. */
export const KEPT_SESSIONS = 12;

/** The longest history that can be chosen. */
const DAYS_BACK = 366;

/**
 * Makes what the first import would otherwise make while somebody waits for its first numbers: the thread that plans,
 * sessions with Postgres, and the monthly partitions of a year. Safe to repeat; whatever it could not make is made when it is needed.
 */
export const warmUp = async (db: Db, now: Date): Promise<void> => {
  warmPlanner();
  // All at once, or one session would answer them one after the other.
  await Promise.all(Array.from({ length: KEPT_SESSIONS }, () => db.query('select 1')));
  const today = dayOf(now.toISOString(), 'UTC');
  await ensurePartitions(db, addDays(today, -DAYS_BACK), today);
};
