import type { Instant } from '../domain/calendar.js';
import type { Queryable } from './pool.js';

/** Notes that a worker is there, by Postgres' clock. */
export const beatOfWorker = async (db: Queryable): Promise<void> => {
  await db.query(
    `insert into importer.worker_beat (seen_at) values (clock_timestamp())
     on conflict (one) do update set seen_at = excluded.seen_at`,
  );
};

/** When a worker was last there, and how many seconds ago; undefined where none has ever been. */
export const lastWorkerBeat = async (
  db: Queryable,
): Promise<{ readonly at: Instant; readonly ageSeconds: number } | undefined> => {
  const { rows } = await db.query<{ at: Instant; ageSeconds: number }>(
    `select seen_at as at, extract(epoch from clock_timestamp() - seen_at)::float8 as "ageSeconds" from importer.worker_beat`,
  );
  return rows[0];
};
