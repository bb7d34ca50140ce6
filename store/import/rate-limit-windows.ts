import type { PoolClient } from 'pg';
import type { Instant } from '../../domain/calendar.js';
import type { RunId } from '../../domain/ids.js';
import { classShareOf, decideCall, holdBack, observeLimit } from '../../domain/rate-limit.js';
import type { CallClass, LimitReading, LimitWindow } from '../../domain/rate-limit.js';
import type { Db, Queryable } from '../pool.js';

/*
 * X's limits as all workers share them: what is believed of each window, and who waits at it. `domain/rate-limit.ts`
 * decides; a row lock on the window keeps two workers from spending the same call.
 */

/** One of X's limits: whose window, for which calls. */
export interface Gate {
  /** `user:<x user id>` or `account:<account id>` */
  readonly scope: string;
  readonly family: string;
  /** Calls per window, as X documents them. */
  readonly documentedLimit: number;
  readonly windowSeconds: number;
}

/** Where somebody waits. */
export type GateKey = Pick<Gate, 'scope' | 'family'>;

export interface CallRequest extends Gate {
  readonly class: CallClass;
  /** Who calls, by any stable name; one that waits is stored under it. */
  readonly runId: RunId;
}

export type CallDecision =
  | { readonly kind: 'go'; readonly granted: number }
  | { readonly kind: 'wait'; readonly until: Instant; readonly waitMs: number; readonly reason: string };

/** All POST and DELETE calls share this family; it is the only one that is not spread out. */
const WRITES = 'writes';
/** A waiter counts for so long after its hold has ended: it needs time to wake up and to come back. */
export const WAKE_UP = `interval '15 seconds'`;

interface Waiter {
  readonly runId: RunId;
  readonly class: CallClass;
  /** Its time to come back has passed. */
  readonly gone: boolean;
}

/** Times in milliseconds since 1970. */
interface WindowRow {
  readonly now: number;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAt: number;
  readonly notBefore: number | null;
}

const milliseconds = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const COLUMNS = `${milliseconds('clock_timestamp()')} as now, window_limit as limit, remaining,
  case when isfinite(reset_at) then ${milliseconds('reset_at')} else 0 end as "resetAt",
  ${milliseconds('not_before')} as "notBefore"`;

const windowOf = ({ limit, remaining, resetAt, notBefore }: WindowRow): LimitWindow => ({
  limit,
  remaining,
  resetAt,
  ...(notBefore === null ? {} : { notBefore }),
});

interface GateState {
  readonly now: number;
  readonly window: LimitWindow;
  readonly waiters: readonly Waiter[];
}

/** Locks the window's row, so that two workers never spend the same call. */
const lockGate = async (
  client: PoolClient,
  { scope, family, documentedLimit, windowSeconds }: Gate,
): Promise<GateState> => {
  const { rows } = await client.query<WindowRow & { waiters: readonly Waiter[] }>(
    `insert into importer.rate_limit_windows as w
       (scope, family, window_limit, remaining, window_seconds, reset_at)
     values ($1, $2, $3, $3, $4, '-infinity')
     on conflict (scope, family) do update set window_seconds = excluded.window_seconds
     returning ${COLUMNS}, (
       select coalesce(jsonb_agg(jsonb_build_object(
         'runId', run_id, 'class', class, 'gone', until + ${WAKE_UP} <= clock_timestamp())), '[]')
       from importer.rate_limit_waiters where scope = $1 and family = $2) as waiters`,
    [scope, family, documentedLimit, windowSeconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('a rate limit window could not be locked');
  return { now: row.now, window: windowOf(row), waiters: row.waiters };
};

const writeWindow = async (client: PoolClient, { scope, family }: Gate, window: LimitWindow): Promise<void> => {
  await client.query(
    `update importer.rate_limit_windows set window_limit = $3, remaining = $4,
       reset_at = to_timestamp($5::float8 / 1000), not_before = to_timestamp($6::float8 / 1000),
       observed_at = clock_timestamp()
     where scope = $1 and family = $2`,
    [scope, family, window.limit, window.remaining, window.resetAt, window.notBefore ?? null],
  );
};

/** The classes that wait at a gate, without the caller's own wait. */
const waitingClasses = async (
  db: Queryable,
  { scope, family }: GateKey,
  exceptRunId: RunId,
): Promise<readonly CallClass[]> => {
  const { rows } = await db.query<{ class: CallClass }>(
    `select distinct class from importer.rate_limit_waiters
     where scope = $1 and family = $2 and run_id <> $3 and until + ${WAKE_UP} > clock_timestamp()`,
    [scope, family, exceptRunId],
  );
  return rows.map((row) => row.class);
};

/** Stores that somebody waits at a gate; also for the job slots, which have no window. */
export const noteWaiting = async (
  db: Queryable,
  { scope, family }: GateKey,
  waiter: { readonly runId: RunId; readonly class: CallClass; readonly waitMs: number; readonly reason: string },
): Promise<void> => {
  await db.query(
    `insert into importer.rate_limit_waiters (scope, family, run_id, class, reason, until)
     values ($1, $2, $3, $4, $5, clock_timestamp() + make_interval(secs => $6::float8 / 1000))
     on conflict (scope, family, run_id) do update
       set class = excluded.class, reason = excluded.reason, until = excluded.until`,
    [scope, family, waiter.runId, waiter.class, waiter.reason, waiter.waitMs],
  );
};

/** The waiter went through: it waits no more, and those that never came back are deleted with it. */
export const noteThrough = async (db: Queryable, { scope, family }: GateKey, runId: RunId): Promise<void> => {
  await db.query(
    `delete from importer.rate_limit_waiters
     where scope = $1 and family = $2 and (run_id = $3 or until + ${WAKE_UP} < clock_timestamp())`,
    [scope, family, runId],
  );
};

/** The part of a window, or of the job slots, that a class may use now, 0 to 1. */
export const shareAtGate = async (
  db: Queryable,
  gate: GateKey,
  caller: { readonly runId: RunId; readonly class: CallClass },
): Promise<number> => classShareOf(caller.class, await waitingClasses(db, gate, caller.runId));

/**
 * Before calls to X: takes up to `want` calls from the shared window, in one transaction. Grants fewer where the window
 * has fewer, and none with the reason and until when to wait.
 */
export const takeCallsFromWindow = (db: Db, request: CallRequest, want = 1): Promise<CallDecision> =>
  db.transaction(async (client) => {
    const { now, window, waiters } = await lockGate(client, request);
    const { documentedLimit, windowSeconds, runId } = request;
    const decide = (current: LimitWindow): ReturnType<typeof decideCall> =>
      decideCall({
        now,
        window: current,
        documentedLimit,
        windowSeconds,
        kind: request.family === WRITES ? 'writes' : 'reads',
        class: request.class,
        waiting: waiters.filter((waiter) => waiter.runId !== runId && !waiter.gone).map((waiter) => waiter.class),
      });
    let decision = decide(window);
    let taken = window;
    let granted = 0;
    while (decision.kind === 'go') {
      taken = decision.window;
      granted += 1;
      if (granted === want) break;
      decision = decide(taken);
    }
    if (granted > 0) {
      await writeWindow(client, request, taken);
      if (waiters.some((waiter) => waiter.runId === runId || waiter.gone)) await noteThrough(client, request, runId);
      return { kind: 'go', granted };
    }
    if (decision.kind === 'go') throw new RangeError(`${want} calls cannot be taken: ask for one or more`);
    const { reason } = decision;
    const waitMs = Math.max(0, Math.ceil(decision.until - now));
    await noteWaiting(client, request, { runId, class: request.class, waitMs, reason });
    return { kind: 'wait', until: new Date(decision.until).toISOString(), waitMs, reason };
  });

const same = (one: LimitWindow, other: LimitWindow): boolean =>
  one.limit === other.limit && one.remaining === other.remaining && one.resetAt === other.resetAt;

/**
 * Stores what a response's headers say of a limit. Most of them bring nothing new, because our own count is ahead of
 * X's: those cost one read and no lock.
 */
export const observeLimits = async (db: Db, gate: Gate, reading: LimitReading): Promise<void> => {
  const learn = (now: number, window: LimitWindow): LimitWindow | undefined => {
    const observed = observeLimit(window, reading, { now, windowSeconds: gate.windowSeconds });
    return observed === undefined || same(observed, window) ? undefined : observed;
  };
  const { rows } = await db.query<WindowRow & Record<string, unknown>>(
    `select ${COLUMNS} from importer.rate_limit_windows where scope = $1 and family = $2`,
    [gate.scope, gate.family],
  );
  const [row] = rows;
  if (row !== undefined && learn(row.now, windowOf(row)) === undefined) return;
  await db.transaction(async (client) => {
    const { now, window } = await lockGate(client, gate);
    const observed = learn(now, window);
    if (observed !== undefined) await writeWindow(client, gate, observed);
  });
};

/** After 429 or 503: no call passes this gate for so many milliseconds, at most an hour. */
export const holdGate = (db: Db, gate: Gate, forMs: number): Promise<void> =>
  db.transaction(async (client) => {
    const { now, window } = await lockGate(client, gate);
    await writeWindow(client, gate, holdBack(window, now + forMs, { now, ...gate }));
  });
