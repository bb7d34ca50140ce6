/*
 * The least that X's limits permit, computed from the truth and the request log alone, so that a mistake of the planner
 * cannot excuse itself.
 */

const IDS_PER_JOB = 20;
const DAYS_PER_JOB = 90;
const SLOTS = 100;
const WRITES_PER_MINUTE = 440;

/** Counts, per account × level × placement × metric set, on how many days each id has numbers. */
export class LowerBound {
  #days = new Map<string, Map<string, number>>();

  add(series: string, id: string): void {
    const ids = this.#days.get(series) ?? new Map<string, number>();
    ids.set(id, (ids.get(id) ?? 0) + 1);
    this.#days.set(series, ids);
  }

  /**
   * ⌈Σ ⌈active days ∕ 90⌉ ∕ 20⌉ for each series, but never less than the windows of its busiest id: a year of a single
   * campaign is five jobs, however few ids share them.
   */
  jobs(): number {
    let jobs = 0;
    for (const ids of this.#days.values()) {
      const windows = [...ids.values()].map((days) => Math.ceil(days / DAYS_PER_JOB));
      const shared = Math.ceil(windows.reduce((sum, n) => sum + n, 0) / IDS_PER_JOB);
      jobs += Math.max(shared, ...windows);
    }
    return jobs;
  }
}

/**
 * The seconds that the jobs take at least: a hundred at once per account, 440 creates a minute per user. Accounts compute
 * beside each other; the creates of one user do not.
 */
export const floorSeconds = (jobsByAccount: readonly number[], jobSeconds: number): number => {
  const jobs = jobsByAccount.reduce((sum, n) => sum + n, 0);
  if (jobs === 0) return 0;
  const slots = Math.max(...jobsByAccount.map((n) => Math.ceil(n / SLOTS) * jobSeconds));
  const minutes = Math.floor((jobs - 1) / WRITES_PER_MINUTE);
  const rest = jobs - minutes * WRITES_PER_MINUTE;
  const tail = jobsByAccount.length === 1 ? Math.ceil(rest / SLOTS) * jobSeconds : jobSeconds;
  return Math.max(slots, minutes * 60 + tail);
};
