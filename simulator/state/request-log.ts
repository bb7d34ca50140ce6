import type { Json } from '../json.js';

/** One job as `GET /_simulator/requests` answers it, for tests of how a client plans its jobs. */
export interface JobEntry {
  readonly id: string;
  readonly account_id: string;
  readonly screen_name: string;
  readonly entity: string;
  readonly entity_ids: readonly string[];
  readonly start_time: string;
  readonly end_time: string;
  readonly placement: string;
  readonly granularity: string;
  readonly metric_groups: readonly string[];
  readonly segmentation_type: string | null;
  /** Wire time, as is `ended_at`. */
  readonly created_at: string;
  ended_at: string | null;
  status: string;
  downloads: number;
}

/** A call that was answered 401, which shows clients that go on with a revoked token. */
export interface UnauthorizedCall {
  readonly method: string;
  readonly route: string;
  /** Wire time. */
  readonly received_at: string;
}

const KEPT_JOBS = 50_000;
const KEPT_UNAUTHORIZED = 1_000;

const bump = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Counts calls, refusals and jobs of all clients. `DELETE /_simulator/requests` resets it. */
export class RequestLog {
  #calls = new Map<string, { method: string; route: string; status: number; count: number }>();
  #limits = new Map<string, number>();
  #peaks = new Map<string, number>();
  #jobsCreated = 0;
  #jobs: JobEntry[] = [];
  #unauthorized: UnauthorizedCall[] = [];

  unauthorized(method: string, route: string, receivedWire: number): void {
    this.#unauthorized.push({ method, route, received_at: new Date(receivedWire).toISOString() });
    if (this.#unauthorized.length > KEPT_UNAUTHORIZED) this.#unauthorized.shift();
  }

  called(method: string, route: string, status: number): void {
    const key = `${method} ${route} ${status}`;
    const entry = this.#calls.get(key);
    if (entry === undefined) this.#calls.set(key, { method, route, status, count: 1 });
    else entry.count += 1;
  }

  limited(name: string): void {
    bump(this.#limits, name);
  }

  jobCreated(entry: JobEntry, processing: number): void {
    this.#jobsCreated += 1;
    this.#jobs.push(entry);
    if (this.#jobs.length > KEPT_JOBS) this.#jobs = this.#jobs.slice(-KEPT_JOBS / 2);
    this.#peaks.set(entry.account_id, Math.max(this.#peaks.get(entry.account_id) ?? 0, processing));
  }

  reset(): void {
    this.#calls = new Map();
    this.#limits = new Map();
    this.#peaks = new Map();
    this.#jobsCreated = 0;
    this.#jobs = [];
    this.#unauthorized = [];
  }

  report(): Json {
    return {
      total: [...this.#calls.values()].reduce((sum, { count }) => sum + count, 0),
      counts: [...this.#calls.values()].map((call) => ({ ...call })),
      limits_hit: Object.fromEntries(this.#limits),
      jobs_created: this.#jobsCreated,
      peak_jobs_in_processing: Math.max(0, ...this.#peaks.values()),
      peak_jobs_by_account: Object.fromEntries(this.#peaks),
      unauthorized: this.#unauthorized.map((call) => ({ ...call })),
      jobs: this.#jobs.map((job) => ({ ...job })),
    };
  }
}
