import { z } from 'zod';
import { createRandom, mix, type Random } from '../hash.js';
import { LEVELS } from '../numbers/metrics.js';

export const FAULT_KINDS = [
  'status_503',
  'rate_limited',
  'job_failed',
  'job_slow',
  'job_queued',
  'job_missing',
  'url_null',
  'file_not_ready',
  'file_truncated',
  'file_expired',
  'glued_url',
  'ids_missing',
  'connection_reset',
  'slow_response',
  'malformed_json',
  'token_revoked',
  'lost_response',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * A failure to inject, and the calls or jobs it is for. Strict, because a misspelt condition would match every call.
 */
const flatFault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  /** Seeded probability per occasion. Without `rate` and `times` the fault strikes until it is removed. */
  rate: z.number().min(0).max(1).optional(),
  times: z.number().int().min(1).optional(),
  seed: z.number().int().optional(),
  /** The delay of slow_response, the extra time of a job, or the time until a retry that 429 and 503 name. */
  seconds: z.number().min(0).optional(),
  /** For status_503: false leaves out the retry-after header (hborras/twitter-php-ads-sdk#67), a text is sent as it is. */
  retry_after: z.union([z.boolean(), z.string()]).optional(),
  /** For rate_limited: sent as it is in x-rate-limit-reset. */
  reset: z.string().optional(),
  method: z.string().optional(),
  /** A part of the path. */
  path: z.string().optional(),
  account_id: z.string().optional(),
  entity_id: z.string().optional(),
  entity_ids: z.array(z.string()).optional(),
  level: z.enum(LEVELS).optional(),
  placement: z.string().optional(),
  screen_name: z.string().optional(),
  job_id: z.string().optional(),
});
export type Fault = z.infer<typeof flatFault>;

const withMatch = z.looseObject({ match: z.record(z.string(), z.unknown()).optional() });

/** A fault as scripts send it. The conditions may be beside `kind` or under `match`. */
export const faultSchema = withMatch
  .transform(({ match, ...rest }): unknown => ({ ...rest, ...match }))
  .pipe(flatFault);

/** The call or job that the conditions of a fault are compared with. */
export interface Occasion {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly accountId?: string | undefined;
  readonly entityIds?: readonly string[] | undefined;
  readonly level?: string | undefined;
  readonly placement?: string | undefined;
  readonly screenName?: string | undefined;
  readonly jobId?: string | undefined;
}

interface Armed {
  readonly fault: Fault;
  readonly random: Random;
  left: number;
  hits: number;
}

/** All entity ids that a fault names. */
export const faultEntityIds = (fault: Fault): readonly string[] => [
  ...(fault.entity_id === undefined ? [] : [fault.entity_id]),
  ...(fault.entity_ids ?? []),
];

const matches = (fault: Fault, at: Occasion): boolean => {
  const ids = faultEntityIds(fault);
  return (
    (fault.method === undefined || fault.method.toUpperCase() === at.method) &&
    (fault.path === undefined || (at.path ?? '').includes(fault.path)) &&
    (fault.account_id === undefined || fault.account_id === at.accountId) &&
    (ids.length === 0 || ids.some((id) => at.entityIds?.includes(id) === true)) &&
    (fault.level === undefined || fault.level === at.level) &&
    (fault.placement === undefined || fault.placement === at.placement) &&
    (fault.screen_name === undefined || fault.screen_name === at.screenName) &&
    (fault.job_id === undefined || fault.job_id === at.jobId)
  );
};

/**
 * The faults in force: those that a script has set, permanent ones from the command line, and those of reserved users.
 * `replace` changes only the first.
 */
export class Faults {
  readonly #seed: number;
  readonly #permanent: readonly Armed[];
  readonly #ofSentinels: readonly Armed[];
  #armed: readonly Armed[] = [];

  constructor(seed: number, permanent: readonly Fault[] = [], ofSentinels: readonly Fault[] = []) {
    this.#seed = seed;
    this.#permanent = this.#arm(permanent, 500);
    this.#ofSentinels = this.#arm(ofSentinels, 900);
  }

  replace(faults: readonly Fault[]): void {
    this.#armed = this.#arm(faults, 1);
  }

  list(): (Fault & { readonly left: number | null; readonly hits: number })[] {
    return [...this.#permanent, ...this.#armed].map(({ fault, left, hits }) => ({
      ...fault,
      left: Number.isFinite(left) ? left : null,
      hits,
    }));
  }

  /**
   * The first fault of this kind that matches the occasion, or null. Each match counts as a hit. With `named`, only
   * faults that name a path match: other faults spare the pages that people see.
   */
  strike(kind: FaultKind, at: Occasion, named = false): Fault | null {
    for (const armed of [...this.#armed, ...this.#permanent, ...this.#ofSentinels]) {
      if (armed.fault.kind !== kind || armed.left <= 0 || !matches(armed.fault, at)) continue;
      if (named && armed.fault.path === undefined) continue;
      if (armed.fault.rate !== undefined && armed.random() >= armed.fault.rate) continue;
      armed.left -= 1;
      armed.hits += 1;
      return armed.fault;
    }
    return null;
  }

  #arm(faults: readonly Fault[], salt: number): Armed[] {
    return faults.map((fault, index) => ({
      fault,
      random: createRandom(mix(fault.seed ?? this.#seed, salt + index)),
      left: fault.times ?? Number.POSITIVE_INFINITY,
      hits: 0,
    }));
  }
}
