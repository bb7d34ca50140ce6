import { Client } from 'pg';
import type { XUserId } from '../../../domain/ids.js';
import type { Installation } from './installation.js';

/*
 * Moments of an import, each held open until the test has seen it: by a lock, where the importer is about to write, or by
 * a fault, where X is about to answer.
 */

export interface Moment {
  readonly name: string;
  /** Makes the next import stop there. What it returns lets the import go on. */
  hold(at: Installation, user: XUserId): Promise<() => Promise<void>>;
  /** Has the import come there? */
  reached(at: Installation): Promise<boolean>;
}

const CREATES = { method: 'POST', path: '/stats/jobs/' } as const;
const POLLS = { method: 'GET', path: '/stats/jobs/' } as const;

/** Opens a transaction that holds a lock until it is released or Postgres dies. Returns what releases it. */
const locked = async ({ stack }: Installation, sql: string, values: unknown[] = []): Promise<() => Promise<void>> => {
  const client = new Client({ connectionString: stack.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query(sql, values);
  return async () => await client.end().catch(() => undefined);
};

const count = async ({ db }: Installation, sql: string): Promise<number> =>
  (await db.query<{ n: number }>(`select count(*) as n from ${sql}`)).rows[0]?.n ?? 0;

const faultHits = async (at: Installation): Promise<number> => (await at.hits())[0] ?? 0;

const waitsForLock = (at: Installation): Promise<number> =>
  count(at, `pg_stat_activity where wait_event_type = 'Lock' and application_name = 'x-ads-importer worker'`);

/** The job rows are written and the gate is asked: nothing has been sent. */
const beforeCreate: Moment = {
  name: 'before a create',
  hold: (at, user) =>
    locked(
      at,
      `insert into importer.rate_limit_windows (scope, family, window_limit, remaining, window_seconds, reset_at)
       values ($1, 'writes', 450, 450, 60, '-infinity')
       on conflict (scope, family) do update set window_limit = excluded.window_limit`,
      [`user:${user}`],
    ),
  reached: async (at) =>
    (await count(at, `importer.jobs where state = 'creating'`)) > 0 && (await waitsForLock(at)) > 0,
};

/** X has made the job; its answer was lost, and the row still waits for one. */
const afterCreate: Moment = {
  name: 'after a create without an answer',
  hold: async (at) => {
    await at.provoke([{ kind: 'lost_response', times: 2, ...CREATES }]);
    return () => at.provoke([]);
  },
  reached: async (at) => (await faultHits(at)) > 0 && (await count(at, `importer.jobs where state = 'creating'`)) > 0,
};

/** X has been asked for the state of jobs and has not answered. */
const whilePolling: Moment = {
  name: 'while polling',
  hold: async (at) => {
    await at.provoke([{ kind: 'slow_response', times: 1, seconds: 4, ...POLLS }]);
    return () => at.provoke([]);
  },
  reached: async (at) => (await faultHits(at)) > 0 && (await count(at, `importer.jobs where state = 'processing'`)) > 0,
};

/** Facts of a file are being written, and nothing of it is committed. */
const whileLanding: Moment = {
  name: "inside landing's transaction",
  hold: (at) => locked(at, 'lock table importer.receipts in share row exclusive mode'),
  reached: async (at) =>
    (await count(at, `pg_locks where not granted and relation = 'importer.receipts'::regclass`)) > 0,
};

export const moments: readonly Moment[] = [beforeCreate, afterCreate, whilePolling, whileLanding];
