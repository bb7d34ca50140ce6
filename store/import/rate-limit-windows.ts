import type { PoolClient } from 'pg';
import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { classShareOf, decideCall, holdBack, observeLimit } from '../../domain/rate-limit.js';
import type { CallClass, LimitReading, LimitWindow } from '../../domain/rate-limit.js';
import type { Db, Queryable } from '../pool.js';

/** One of X's limits: whose window, for which calls. */
export interface Gate {
  /** `user:<x user id>` or `account:<account id>` */
  readonly scope: string;
  readonly family: string;
  readonly documentedLimit: number;
  readonly windowSeconds: number;
}

/** A call that waits for its gate. */
export interface CallRequest extends Gate {
  readonly class: CallClass;
  /** The caller, by any stable name; it is remembered under it while it waits. */
  readonly runId: RunId;
}

export type CallDecision =
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly until: Instant; readonly waitMs: number; readonly reason: string };

/** All POST and DELETE calls share this family; it is the only one that is not spread out. */
const WRITES = 'writes';
/** A waiter counts until it had time to wake up and ask again. */
export const WAKING = `interval '15 seconds'`;

interface WindowRow {
  now: number;
  limit: number;
  remaining: number;
  reset_at: number;
  not_before: number | null;
  waiters: readonly Waiter[] | null;
}

interface Waiter {
  readonly runId: RunId;
  readonly class: CallClass;
  /** It had time to come back and did not. */
  readonly gone: boolean;
}

interface GateState {
  readonly now: number;
  readonly window: LimitWindow;
  readonly waiters: readonly Waiter[];
}

const MS = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const COLUMNS = `${MS('clock_timestamp()')} as now, window_limit as limit, remaining,
  case when isfinite(reset_at) then ${MS('reset_at')} else 0 end as reset_at, ${MS('not_before')} as not_before`;

const toState = (row: WindowRow): GateState => {
  const { now, limit, remaining, reset_at: resetAt, not_before: notBefore } = row;
  const window = notBefore === null ? { limit, remaining, resetAt } : { limit, remaining, resetAt, notBefore };
  return { now, window, waiters: row.waiters ?? [] };
};

/** Locks the gate's row, so that two workers never spend the same call. */
const lockGate = async (
  client: PoolClient,
  { scope, family, documentedLimit, windowSeconds }: Gate,
): Promise<GateState> => {
  const { rows } = await client.query<WindowRow>(
    `insert into importer.rate_limit_windows as w
       (scope, family, window_limit, remaining, window_seconds, reset_at)
     values ($1, $2, $3, $3, $4, '-infinity')
     on conflict (scope, family) do update set window_seconds = excluded.window_seconds
     returning ${COLUMNS}, (
       select jsonb_agg(jsonb_build_object(
         'runId', run_id, 'class', class, 'gone', until + ${WAKING} <= clock_timestamp()))
       from importer.rate_limit_waiters where scope = $1 and family = $2) as waiters`,
    [scope, family, documentedLimit, windowSeconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a rate limit window could not be locked');
  return toState(row);
};

const writeWindow = async (client: PoolClient, { scope, family }: Gate, window: LimitWindow): Promise<void> => {
  await client.query(
    `update importer.rate_limit_windows set window_limit = $3, remaining = $4, reset_at = to_timestamp($5::float8 / 1000),
       not_before = to_timestamp($6::float8 / 1000), observed_at = clock_timestamp()
     where scope = $1 and family = $2`,
    [scope, family, window.limit, window.remaining, window.resetAt, window.notBefore ?? null],
  );
};

/** The classes that wait at a gate, the asker itself left out. */
export const waitingClasses = async (
  db: Queryable,
  { scope, family }: Pick<Gate, 'scope' | 'family'>,
  exceptRunId: RunId,
): Promise<readonly CallClass[]> => {
  const { rows } = await db.query<{ class: CallClass }>(
    `select distinct class from importer.rate_limit_waiters
     where scope = $1 and family = $2 and run_id <> $3 and until + ${WAKING} > clock_timestamp()`,
    [scope, family, exceptRunId],
  );
  return rows.map((row) => row.class);
};

/** Remembers that somebody waits at a gate; also for the job slots, where no window is. */
export const noteWaiting = async (
  db: Queryable,
  { scope, family }: Pick<Gate, 'scope' | 'family'>,
  waiter: { readonly runId: RunId; readonly class: CallClass; readonly until: Instant; readonly reason: string },
): Promise<void> => {
  await db.query(
    `insert into importer.rate_limit_waiters (scope, family, run_id, class, reason, until)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (scope, family, run_id) do update
       set class = excluded.class, reason = excluded.reason, until = excluded.until`,
    [scope, family, waiter.runId, waiter.class, waiter.reason, waiter.until],
  );
};

/** The waiter went through; those that never came back are cleared away with it. */
export const noteThrough = async (
  db: Queryable,
  { scope, family }: Pick<Gate, 'scope' | 'family'>,
  runId: RunId,
): Promise<void> => {
  await db.query(
    `delete from importer.rate_limit_waiters
     where scope = $1 and family = $2 and (run_id = $3 or until + ${WAKING} < clock_timestamp())`,
    [scope, family, runId],
  );
};

/** The part of a window, or of the job slots, that a class may use now. */
export const shareAtGate = async (
  db: Queryable,
  gate: Pick<Gate, 'scope' | 'family'>,
  asker: { readonly runId: RunId; readonly class: CallClass },
): Promise<number> => classShareOf(asker.class, await waitingClasses(db, gate, asker.runId));

/** Takes one call from the shared window before it is made, or returns until when and why it must wait. */
export const takeCall = (db: Db, request: CallRequest): Promise<CallDecision> =>
  db.transaction(async (client) => {
    const { now, window, waiters } = await lockGate(client, request);
    const decision = decideCall({
      now,
      window,
      documentedLimit: request.documentedLimit,
      windowSeconds: request.windowSeconds,
      kind: request.family === WRITES ? 'writes' : 'reads',
      class: request.class,
      waiting: waiters.filter(({ runId, gone }) => runId !== request.runId && !gone).map((waiter) => waiter.class),
    });
    if (decision.kind === 'go') {
      await writeWindow(client, request, decision.window);
      if (waiters.some(({ runId, gone }) => runId === request.runId || gone))
        await noteThrough(client, request, request.runId);
      return { kind: 'go' };
    }
    const { reason } = decision;
    const until = new Date(decision.until).toISOString();
    await noteWaiting(client, request, { runId: request.runId, class: request.class, until, reason });
    return { kind: 'wait', until, waitMs: Math.max(0, Math.ceil(decision.until - now)), reason };
  });

const same = (one: LimitWindow, other: LimitWindow): boolean =>
  one.limit === other.limit && one.remaining === other.remaining && one.resetAt === other.resetAt;

/**
 * Remembers what a response's headers said. Most say nothing new, because our own count is ahead of X's: those cost one
 * read and no lock.
 */
export const observe = async (db: Db, gate: Gate, reading: LimitReading): Promise<void> => {
  const learn = ({ now, window }: GateState): LimitWindow | undefined => {
    const seen = observeLimit(window, reading, { now, windowSeconds: gate.windowSeconds });
    return seen === undefined || same(seen, window) ? undefined : seen;
  };
  const { rows } = await db.query<WindowRow>(
    `select ${COLUMNS}, null as waiters from importer.rate_limit_windows where scope = $1 and family = $2`,
    [gate.scope, gate.family],
  );
  const [row] = rows;
  if (row !== undefined && learn(toState(row)) === undefined) return;
  await db.transaction(async (client) => {
    const seen = learn(await lockGate(client, gate));
    if (seen !== undefined) await writeWindow(client, gate, seen);
  });
};

/** After 429 or 503: nobody passes this gate for so long. */
export const holdGate = (db: Db, gate: Gate, forMs: number): Promise<void> =>
  db.transaction(async (client) => {
    const { now, window } = await lockGate(client, gate);
    await writeWindow(client, gate, holdBack(window, now + forMs, { now, ...gate }));
  });
