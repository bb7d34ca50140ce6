import type { Instant } from '../domain/calendar.js';
import type { AccountId, XUserId } from '../domain/ids.js';
import type { RateLimited } from './errors/rate-limited.js';
import type { Family, LimitScope, Method } from './families.js';
import type { JobSlotsReading, LimitReading } from './rate-limits.js';

/** A call about to be made, as the gate sees it. */
export interface Call {
  readonly family: string;
  readonly scope: LimitScope;
  /** Whose window it is: the X user id or the ad account id, by `scope`. */
  readonly scopeKey: string;
  readonly userId: XUserId;
  readonly accountId?: AccountId;
  readonly method: Method;
  readonly path: string;
  readonly documented: Pick<Family, 'documentedLimit' | 'windowSeconds'>;
}

/** What the headers of a response say. */
export interface Observation {
  readonly status: number;
  readonly readings: readonly LimitReading[];
  readonly jobSlots?: JobSlotsReading;
  readonly retryAfterMs?: number;
  /** X's *now*. Absent where the response has no readable `date`. */
  readonly observedAt?: Instant;
  readonly requestId?: string;
}

export interface Hooks {
  /** The gate: awaited before each call to the Ads API; what it throws reaches the caller and nothing is sent. */
  readonly beforeCall?: (call: Call) => Promise<void>;
  /**
   * Awaited after each response, whatever its status. What it throws is dropped: an answer is worth more than a note of
   * it.
   */
  readonly afterResponse?: (call: Call, observation: Observation) => void | Promise<void>;
  /**
   * Awaited before a refusal that means rate limiting reaches the caller: the status alone does not tell it from other
   * refusals, the body does. What it throws is dropped, too.
   */
  readonly onRateLimited?: (call: Call, refusal: RateLimited) => void | Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** Something X said, and X's *now* when it said it. */
export interface Observed<T> {
  readonly data: T;
  readonly observedAt: Instant;
  /** X's echo of the parameters, as understood. */
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly observedAt: Instant;
  readonly params: Readonly<Record<string, unknown>>;
}
