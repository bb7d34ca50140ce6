import type { Instant } from '../domain/calendar.js';
import type { AccountId, XUserId } from '../domain/ids.js';
import type { RateLimited } from './errors/index.js';
import type { Family, LimitScope, Method } from './families.js';
import type { JobSlotsReading, ScopedReading } from './rate-limits.js';

/** A call about to be made, with what the gate must know of it. */
export interface Call {
  readonly family: string;
  readonly scope: LimitScope;
  /** The X user id or the ad account id, by `scope`. */
  readonly scopeKey: string;
  readonly userId: XUserId;
  readonly accountId?: AccountId;
  readonly method: Method;
  readonly path: string;
  readonly documented: Pick<Family, 'documentedLimit' | 'windowSeconds'>;
}

/** The limit that a call counts against. */
export interface CallLimit extends Pick<Family, 'family' | 'documentedLimit' | 'windowSeconds'> {
  /** `user:<x user id>` or `account:<account id>`. */
  readonly scope: string;
}

export const limitOf = ({ scope, scopeKey, family, documented }: Call): CallLimit => ({
  scope: `${scope}:${scopeKey}`,
  family,
  ...documented,
});

/** What the headers of a response say. */
export interface Observation {
  readonly status: number;
  readonly readings: readonly ScopedReading[];
  readonly jobSlots?: JobSlotsReading;
  readonly retryAfterMs?: number;
  /** By X's clock: the `date` header. Absent where it cannot be read. */
  readonly observedAt?: Instant;
  readonly requestId?: string;
}

export interface Hooks {
  /**
   * The gate, awaited before each call to the Ads API. When it throws, nothing is sent, and the caller gets the error.
   */
  readonly beforeCall?: (call: Call) => Promise<void>;
  /**
   * Awaited after each response, whatever its status. Its errors are dropped: they must not cost the caller the answer.
   */
  readonly afterResponse?: (call: Call, observation: Observation) => void | Promise<void>;
  /**
   * Awaited when X refuses a call because a limit is used up, before the caller gets the error. `afterResponse` cannot
   * know of it: it takes the body to tell such a refusal from others. Its errors are dropped as well.
   */
  readonly onRateLimited?: (call: Call, refusal: RateLimited) => void | Promise<void>;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** X's answer, and when X gave it. */
export interface Observed<T> {
  readonly data: T;
  /** By X's clock. */
  readonly observedAt: Instant;
  /** X's echo of the parameters, as understood. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** An item of a collection that is not as documented: it is left out, and the items beside it are read. */
export interface UnreadItem {
  /** X's id as far as it can be read, else its place in the answer. */
  readonly id: string;
  readonly reason: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly leftOut: readonly UnreadItem[];
  readonly nextCursor: string | null;
  /** By X's clock. */
  readonly observedAt: Instant;
  readonly params: Readonly<Record<string, unknown>>;
}
