/**
 * A limit on calls in a window of wire time that begins with the first call (docs/x-ads-api.md §11, §17.43 to §17.48).
 */
export interface Limit {
  readonly name: string;
  readonly calls: number;
  readonly seconds: number;
  readonly per: 'user' | 'account';
}

const QUARTER = 900;

export const LIMITS = {
  writes: { name: 'writes', calls: 450, seconds: 60, per: 'user' },
  syncAnalytics: { name: 'sync analytics', calls: 250, seconds: QUARTER, per: 'user' },
  accounts: { name: 'accounts', calls: 2_000, seconds: QUARTER, per: 'user' },
  strictAccounts: { name: 'accounts', calls: 5, seconds: QUARTER, per: 'user' },
  core: { name: 'campaigns, line items, promoted tweets', calls: 10_000, seconds: QUARTER, per: 'account' },
  reads: { name: 'other account reads', calls: 2_000, seconds: QUARTER, per: 'account' },
  totalCount: { name: 'with_total_count', calls: 200, seconds: QUARTER, per: 'user' },
} as const satisfies Record<string, Limit>;

interface Bucket {
  used: number;
  resetAt: number;
}

/** A limit after a call, as the headers of the answer report it. */
export interface LimitUse {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds of wire time until the window ends. */
  readonly endsIn: number;
  readonly exceeded: boolean;
}

/** Counts calls against limits, for each user or account. */
export class RateLimits {
  readonly #buckets = new Map<string, Bucket>();

  /** Counts one call at a moment of wire time in milliseconds. A call beyond the limit is not counted. */
  take(limit: Limit, key: string, wire: number): LimitUse {
    const id = `${limit.name} ${key}`;
    let bucket = this.#buckets.get(id);
    if (bucket === undefined || bucket.resetAt <= wire) {
      bucket = { used: 0, resetAt: wire + limit.seconds * 1000 };
      this.#buckets.set(id, bucket);
    }
    const exceeded = bucket.used >= limit.calls;
    if (!exceeded) bucket.used += 1;
    return {
      limit: limit.calls,
      remaining: limit.calls - bucket.used,
      endsIn: bucket.resetAt - wire,
      exceeded,
    };
  }
}
