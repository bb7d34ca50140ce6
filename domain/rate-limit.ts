/**
 * The arithmetic of X's rate limits (docs/x-ads-api.md §11): whether a call may be made now, and if not, when. A window
 * belongs to a user or an account and an endpoint family, and is shared by all workers through
 * `store/import/rate-limit-windows.ts`. Times are milliseconds since 1970.
 */

/** The classes of calls, highest first: a person who waits, the daily sync, a manual backfill, a history. */
export const CALL_CLASSES = ['person', 'daily', 'manual', 'history'] as const;
export type CallClass = (typeof CALL_CLASSES)[number];

/** The state of one of X's windows as far as we know it. */
export interface LimitWindow {
  /** The limit of X's last header, or the documented one. */
  readonly limit: number;
  /** Calls left after those that we granted. */
  readonly remaining: number;
  readonly resetAt: number;
  /** No call before this time: the pace in the last part of a window, or X's `retry-after`. */
  readonly notBefore?: number;
}

/** The limit headers of a response. Its times are spans, because X's clock is not ours. */
export interface LimitReading {
  readonly limit: number;
  readonly remaining: number;
  /** From the response's `date` to the reset, both by X's clock; undefined where X's words give none. */
  readonly resetInMs: number | undefined;
  /** For how long the response may have been on its way. */
  readonly ageMs: number;
}

/** A call that asks a gate whether it may be made now. */
export interface GateRequest {
  readonly now: number;
  readonly window: LimitWindow | undefined;
  /** The limit that X documents; the lower of it and X's header is in force. */
  readonly documentedLimit: number;
  readonly windowSeconds: number;
  /** Reads are spread out at the end of a window; writes run to just below the limit, then wait. */
  readonly kind: 'reads' | 'writes';
  readonly class: CallClass;
  /** The classes of the others that wait at this gate. */
  readonly waiting: readonly CallClass[];
}

/** `window` is the window as it is after the decision. */
export type GateDecision =
  | { readonly kind: 'go'; readonly window: LimitWindow }
  | { readonly kind: 'wait'; readonly until: number; readonly reason: string; readonly window: LimitWindow };

/** When this part of the limit is left, reads are spread evenly until the reset. */
const SPREAD_PART = 0.2;
/** Of 450 writes a minute 440 are made: other tools of the same user write, too. */
const WRITES_KEPT_FREE = 10;
/** X gives resets in whole seconds and does not document how it rounds; a call too early is refused. */
const ROUNDED_MS = 1_000;
/** How far two of X's machines may disagree about the time. */
const X_DISAGREES_MS = 5_000;
/**
 * No wait that X asks for is obeyed for longer at a time: X is asked again after it. Less than an activity may last, so
 * that the activity waits instead of failing.
 */
export const LONGEST_HOLD_MS = 3_600_000;
/** How long a call waits where not the window but a higher class holds it back. */
const YIELD_MS = 3_000;

const SHARE_WHILE_HIGHER_WAITS: Readonly<Record<CallClass, number>> = {
  person: 1,
  daily: 0.95,
  manual: 0.9,
  history: 0.8,
};

/** The part of a window, or of the job slots, that a class may use: less than all while a higher class waits there. */
export const classShareOf = (own: CallClass, waiting: readonly CallClass[]): number => {
  const rank = CALL_CLASSES.indexOf(own);
  return waiting.some((other) => CALL_CLASSES.indexOf(other) < rank) ? SHARE_WHILE_HIGHER_WAITS[own] : 1;
};

const lowerLimit = (limit: number, documented: number): number => Math.min(limit, documented);

/**
 * Milliseconds until the reset that X named. An end outside of now and one window cannot be: it is not believed, and
 * undefined is returned.
 */
export const untilReset = (resetInMs: number | undefined, windowSeconds: number): number | undefined => {
  const length = windowSeconds * 1000;
  if (resetInMs === undefined || resetInMs < -X_DISAGREES_MS || resetInMs > length + X_DISAGREES_MS) return undefined;
  return Math.min(length, Math.max(0, resetInMs));
};

/** Whether a stored end is still to come, and no further away than it can be: a clock may have been set back since. */
const isAhead = (end: number | undefined, now: number, atMostMs: number): end is number =>
  end !== undefined && end > now && end <= now + atMostMs + ROUNDED_MS;

/** A wait that X asked for may last longer than the window in which X sent it. */
const heldBack = (window: LimitWindow | undefined, now: number): Pick<LimitWindow, 'notBefore'> =>
  window !== undefined && isAhead(window.notBefore, now, LONGEST_HOLD_MS) ? { notBefore: window.notBefore } : {};

/** The window at `now`: X starts a new one with the first call after the reset. */
const currentWindow = ({ now, window, documentedLimit, windowSeconds }: GateRequest): LimitWindow => {
  const length = windowSeconds * 1000;
  if (window !== undefined && isAhead(window.resetAt, now, length)) {
    return { ...withoutPace(window), ...heldBack(window, now) };
  }
  const limit = window?.limit ?? documentedLimit;
  return { limit, remaining: limit, resetAt: now + length, ...heldBack(window, now) };
};

const withoutPace = ({ limit, remaining, resetAt }: LimitWindow): LimitWindow => ({ limit, remaining, resetAt });

/** Decides whether one call may be made now, and if not, until when it waits and why. */
export const decideCall = (request: GateRequest): GateDecision => {
  const { now, kind, documentedLimit } = request;
  const window = currentWindow(request);
  const { remaining, resetAt, notBefore } = window;
  const wait = (until: number, reason: string): GateDecision => ({ kind: 'wait', until, reason, window });
  if (notBefore !== undefined && notBefore > now) return wait(notBefore, 'calls are spread out until the limit resets');

  const limit = lowerLimit(window.limit, documentedLimit);
  const keptFree = kind === 'writes' ? Math.min(WRITES_KEPT_FREE, Math.max(0, limit - 1)) : 0;
  // What X grants beyond its documentation is not used.
  const free = remaining - (window.limit - limit) - keptFree;
  if (free < 1) return wait(resetAt, `X's limit of ${limit} calls is used up until it resets`);

  const share = classShareOf(request.class, request.waiting);
  const freeInShare = free - Math.ceil(limit * (1 - share) - 1e-9);
  if (freeInShare < 1) return wait(Math.min(resetAt, now + YIELD_MS), 'more urgent work waits at this limit');

  const next = { ...withoutPace(window), remaining: remaining - 1 };
  if (kind === 'writes' || free - Math.ceil(limit * SPREAD_PART) >= 1) return { kind: 'go', window: next };
  // One call now and the others at equal distances, so that the last of them falls on the reset.
  return { kind: 'go', window: { ...next, notBefore: Math.ceil(now + (resetAt - now) / free) } };
};

/**
 * The window after a response. Responses arrive out of order and do not count the calls that were granted since, so inside
 * a window `remaining` only falls; it rises with the next window.
 */
export const observeLimit = (
  window: LimitWindow | undefined,
  reading: LimitReading,
  { now, windowSeconds }: { readonly now: number; readonly windowSeconds: number },
): LimitWindow | undefined => {
  const length = windowSeconds * 1000;
  // With a limit of 0 no call would ever be made again.
  const limit = Math.max(1, reading.limit);
  const open = window !== undefined && isAhead(window.resetAt, now, length) ? window : undefined;
  const until = untilReset(reading.resetInMs, windowSeconds);
  // The reading's window may be over: only its limit is valid for the next.
  if (until !== undefined && until + ROUNDED_MS <= reading.ageMs) return window && { ...window, limit };
  const resetAt = until === undefined ? (open?.resetAt ?? now + length) : now + until + ROUNDED_MS;
  const observed: LimitWindow = { limit, remaining: Math.max(0, reading.remaining), resetAt };
  if (open === undefined || resetAt - reading.ageMs > open.resetAt + length / 2) {
    return { ...observed, ...heldBack(window, now) };
  }
  return { ...open, ...observed, remaining: Math.min(open.remaining, observed.remaining) };
};

/** The window after X refused a call or sent `retry-after`: no call before `until`. */
export const holdBack = (
  window: LimitWindow | undefined,
  until: number,
  { now, documentedLimit, windowSeconds }: Pick<GateRequest, 'now' | 'documentedLimit' | 'windowSeconds'>,
): LimitWindow => {
  const base = window ?? { limit: documentedLimit, remaining: documentedLimit, resetAt: now + windowSeconds * 1000 };
  const held = Math.min(until, now + LONGEST_HOLD_MS);
  return { ...base, notBefore: Math.max(heldBack(base, now).notBefore ?? 0, held) };
};
