import type { Fault, FaultKind } from '../../../simulator/state/faults.js';
import type { Profile } from '../../../simulator/world/options.js';

/** A random world and the faults in it: the same for the same seed. */
export interface Mixture {
  readonly seed: number;
  readonly world: {
    readonly seed: number;
    readonly profile: Profile;
    readonly ads: number;
    readonly days: number;
    readonly jobSeconds: number;
  };
  readonly faults: readonly Fault[];
  /** X never answers for one ad: its jobs fail, or their files leave it out. */
  readonly never: 'job_failed' | 'ids_missing' | undefined;
}

interface Dice {
  /** From 0 to below 1. */
  readonly next: () => number;
  /** An integer, both ends included. */
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(items: readonly [T, ...T[]]) => T;
}

/** mulberry32: thirty-two bits are enough to be reproducible. */
const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return { next, between, pick: ([first, ...rest]) => rest[between(-1, rest.length - 1)] ?? first };
};

/** What strikes single requests. Each ends after some strikes: no schedule of faults lasts for ever. */
const OF_REQUESTS = ['status_503', 'rate_limited', 'connection_reset', 'malformed_json', 'lost_response'] as const;
/** What strikes jobs and files; these may go on to the end. */
const OF_JOBS = [
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
  'slow_response',
] as const;

/** A whole hour where X ought to be given up, a few seconds where it ought to be waited for. */
const SECONDS: Partial<Record<FaultKind, readonly [number, ...number[]]>> = {
  job_slow: [1, 2, 3_600],
  job_missing: [1, 2, 3_600],
  file_not_ready: [1, 2, 3_600],
  job_queued: [1, 3],
  url_null: [1, 3],
  slow_response: [0.1, 0.5, 2.4],
  rate_limited: [1, 2],
  status_503: [1, 2],
};

const round = (rate: number): number => Math.round(rate * 100) / 100;

const faultOf = (kind: FaultKind, roll: Dice): Fault => {
  const { next, between, pick } = roll;
  const choices = SECONDS[kind];
  const seconds = choices === undefined ? undefined : pick(choices);
  const lasting = seconds === 3_600;
  const onRequests = OF_REQUESTS.some((each) => each === kind);
  const often = next() < 0.6;
  return {
    kind,
    seed: between(1, 1_000_000),
    ...(seconds === undefined ? {} : { seconds }),
    ...(often ? { rate: round(0.05 + next() * (onRequests ? 0.15 : 0.25)) } : {}),
    ...(!often || onRequests || lasting || kind === 'file_expired' ? { times: between(1, lasting ? 2 : 8) } : {}),
    ...(kind === 'status_503' && next() < 0.3 ? { retry_after: false } : {}),
  };
};

const sample = <T>(items: readonly T[], count: number, { between }: Dice): T[] => {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(between(0, left.length - 1), 1)).flat();
};

export const mixtureOf = (seed: number): Mixture => {
  const roll = dice(seed * 7_919);
  const { next, between, pick } = roll;
  const kinds: FaultKind[] = [...sample(OF_REQUESTS, between(1, 3), roll), ...sample(OF_JOBS, between(1, 5), roll)];
  const faults = kinds.map((kind) => faultOf(kind, roll));
  // Once: after a person has signed in again, X believes the new token.
  if (next() < 0.25) faults.push({ kind: 'token_revoked', times: 1, rate: 0.2, seed: between(1, 1_000_000) });
  return {
    seed,
    world: {
      seed: between(1, 1_000),
      profile: pick<Profile>(['always-on', 'flighted', 'messy']),
      ads: between(5, 30),
      days: between(60, 200),
      jobSeconds: pick([0, 0.1, 0.3, 1]),
    },
    faults,
    never: next() < 0.25 ? pick(['job_failed', 'ids_missing']) : undefined,
  };
};

/** In one line, for the test's name and for whoever wants to repeat it. */
export const describeMixture = ({ seed, world, faults, never }: Mixture): string => {
  const each = faults.map(
    ({ kind, rate, times, seconds }) =>
      `${kind}${rate === undefined ? '' : ` ${rate}`}${times === undefined ? '' : ` ×${times}`}${seconds === undefined ? '' : ` ${seconds}s`}`,
  );
  const last = never === undefined ? '' : `, and one ad ${never} for ever`;
  return `mixture ${seed}: ${world.profile}, ${world.ads} ads, ${world.days} days: ${each.join(', ')}${last}`;
};
