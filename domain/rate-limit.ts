/**
 * The arithmetic of X's rate limits: may I call, else when. Windows belong to a user or an account and an endpoint
 * family, and are shared by all workers; `store/import/rate-limit-windows.ts` remembers them. Times are milliseconds since 1970.
 */

/** Who asks, in the order of who goes first: somebody at the console, the daily sync, a manual backfill, history. */
export const CALL_CLASSES = ['person', 'daily', 'manual', 'history'] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** What is believed of one of X's windows. */
export interface LimitWindow {
  /** X's own limit, as far as a header told it. */
  readonly limit: number;
  /** Calls left after everything that we granted. */
  readonly remaining: number;
  readonly resetAt: number;
  /** Nobody calls before: the pace in the last part of a window, or X's `retry-after`. */
  readonly notBefore?: number;
}

/** What a response said. */
export interface LimitReading {
  readonly limit: number;
  readonly remaining: number;
  /** End of the window, in milliseconds since 1970. */
  readonly resetAt: number;
}

export interface Ask {
  readonly now: number;
  readonly window: LimitWindow | undefined;
  /** Of the reference; the lower of it and X's header is in force. */
  readonly documentedLimit: number;
  readonly windowSeconds: number;
  /** Reads are spread out at the end of a window; writes run to just below the limit, then wait. */
  readonly kind: 'reads' | 'writes';
  /** How many calls are wanted; at least one. */
  readonly want: number;
  readonly class: CallClass;
  /** The classes that wait at this gate. */
  readonly waiting: readonly CallClass[];
  /** A further bound on the part of the window that the asker may use, 0 to 1. (Default: 1) */
  readonly share?: number;
}

export type Decision =
  | { readonly kind: 'go'; readonly granted: number; readonly window: LimitWindow }
  | { readonly kind: 'wait'; readonly until: number; readonly reason: string; readonly window: LimitWindow };

/** From here on reads are spread evenly until the reset. */
const SPREAD_PART = 0.2;
/** 450 writes a minute are allowed, 440 are made: other tools of the same user write, too. */
const WRITES_KEPT_FREE = 10;
/** X tells resets in whole seconds; which way it rounds is not documented, and a call too early is refused. */
const ROUNDED_MS = 1_000;
/** How soon to ask again where not the window but a higher class is in the way. */
const YIELD_MS = 3_000;

const SHARE_WHILE_HIGHER_WAITS: Readonly<Record<CallClass, number>> = {
  person: 1,
  daily: 0.95,
  manual: 0.9,
  history: 0.8,
};

/** The part of a window, or of the job slots, that a class may use: less than all while a higher class waits there. */
export const shareOf = (own: CallClass, waiting: readonly CallClass[]): number => {
  const rank = CALL_CLASSES.indexOf(own);
  return waiting.some((other) => CALL_CLASSES.indexOf(other) < rank) ? SHARE_WHILE_HIGHER_WAITS[own] : 1;
};

/** The limit in force: the lower of header and documentation. */
const inForce = (limit: number, documented: number): number => Math.min(limit, documented);

/** The window at `now`: X starts a new one with the first call after the reset. */
const current = ({ now, window, documentedLimit, windowSeconds }: Ask): LimitWindow => {
  if (window !== undefined && window.resetAt > now) return window;
  const limit = window?.limit ?? documentedLimit;
  const fresh = { limit, remaining: limit, resetAt: now + windowSeconds * 1000 };
  // A refusal with `retry-after` may outlast the window that it was met in.
  return window?.notBefore !== undefined && window.notBefore > now ? { ...fresh, notBefore: window.notBefore } : fresh;
};

const withoutPace = ({ limit, remaining, resetAt }: LimitWindow): LimitWindow => ({ limit, remaining, resetAt });

/** May `want` calls be made now? Grants as many as it may, and says until when to wait where it may none. */
export const takeCalls = (ask: Ask): Decision => {
  const { now, kind, documentedLimit } = ask;
  const window = current(ask);
  const { remaining, resetAt, notBefore } = window;
  const wait = (until: number, reason: string): Decision => ({ kind: 'wait', until, reason, window });
  if (notBefore !== undefined && notBefore > now) return wait(notBefore, 'calls are spread out until the limit resets');

  const limit = inForce(window.limit, documentedLimit);
  const keptFree = kind === 'writes' ? Math.min(WRITES_KEPT_FREE, Math.max(0, limit - 1)) : 0;
  // What X would grant beyond its documentation is not used.
  const free = remaining - (window.limit - limit) - keptFree;
  if (free < 1) return wait(resetAt, `X's limit of ${limit} calls is used up until it resets`);

  const share = Math.min(ask.share ?? 1, shareOf(ask.class, ask.waiting));
  const shared = free - Math.ceil(limit * (1 - share) - 1e-9);
  if (shared < 1) return wait(Math.min(resetAt, now + YIELD_MS), 'more urgent work waits at this limit');

  const want = Math.max(1, Math.floor(ask.want));
  if (kind === 'writes') {
    const granted = Math.min(want, shared);
    return { kind: 'go', granted, window: { ...withoutPace(window), remaining: remaining - granted } };
  }
  const unpaced = free - Math.ceil(limit * SPREAD_PART);
  if (unpaced >= 1) {
    const granted = Math.min(want, shared, unpaced);
    return { kind: 'go', granted, window: { ...withoutPace(window), remaining: remaining - granted } };
  }
  // One call now, and the others at equal distances: the last of them falls on the reset.
  const next = Math.ceil(now + (resetAt - now) / free);
  return { kind: 'go', granted: 1, window: { ...withoutPace(window), remaining: remaining - 1, notBefore: next } };
};

/**
 * What a response teaches. Responses overtake one another and do not know of the calls that were granted since, so
 * inside a window `remaining` only falls; it rises with the next window.
 */
export const observeLimit = (
  window: LimitWindow | undefined,
  reading: LimitReading,
  { now, windowSeconds }: { readonly now: number; readonly windowSeconds: number },
): LimitWindow | undefined => {
  const length = windowSeconds * 1000;
  // A clock that lags X's would otherwise see resets far ahead.
  const resetAt = Math.min(reading.resetAt, now + length) + ROUNDED_MS;
  // A limit of nothing would never be asked about again.
  const limit = Math.max(1, reading.limit);
  const seen: LimitWindow = { limit, remaining: Math.max(0, reading.remaining), resetAt };
  // Its window is over: it says nothing of the next, save how wide windows are.
  if (resetAt <= now) return window && { ...window, limit };
  if (window === undefined || window.resetAt <= now || resetAt > window.resetAt + length / 2) {
    return window?.notBefore !== undefined && window.notBefore > now ? { ...seen, notBefore: window.notBefore } : seen;
  }
  return { ...window, ...seen, remaining: Math.min(window.remaining, seen.remaining) };
};

/** X refused, or asked for jobTimeouts: nobody calls before `until`. */
export const holdBack = (
  window: LimitWindow | undefined,
  until: number,
  { now, documentedLimit, windowSeconds }: Pick<Ask, 'now' | 'documentedLimit' | 'windowSeconds'>,
): LimitWindow => {
  const base = window ?? { limit: documentedLimit, remaining: documentedLimit, resetAt: now + windowSeconds * 1000 };
  return { ...base, notBefore: Math.max(base.notBefore ?? 0, until) };
};
