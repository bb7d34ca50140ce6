/*
 * Lower bounds that X's limits set, computed from the simulator's truth and request log alone: they share no code with the
 * planner, so its mistakes do not change them.
 */

const IDS_PER_JOB = 20;
const DAYS_PER_JOB = 90;
const SLOTS = 100;
const WRITES_PER_MINUTE = 440;

interface Series {
  /** On how many days each id has numbers. */
  readonly ids: Map<string, number>;
  /** How many ids have numbers on each day. */
  readonly days: Map<string, number>;
}

const bump = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

const nextDay = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/**
 * ⌈Σ ⌈active days ∕ 90⌉ ∕ 20⌉: each id needs that many windows of 90 days, and a job holds twenty ids.
 */
const byPieces = ({ ids }: Series): number => {
  const pieces = [...ids.values()].reduce((sum, days) => sum + Math.ceil(days / DAYS_PER_JOB), 0);
  return Math.ceil(pieces / IDS_PER_JOB);
};

/**
 * A day with 41 active ids needs three jobs, and a job covers 90 days. The fewest windows that cover every day often enough
 * are found from the left: each begins at the first day that lacks one.
 */
const byDays = ({ days }: Series): number => {
  const ends: string[] = [];
  let jobs = 0;
  for (const [day, count] of [...days].toSorted(([a], [b]) => a.localeCompare(b))) {
    while (ends[0] !== undefined && ends[0] < day) ends.shift();
    for (let lacking = Math.ceil(count / IDS_PER_JOB) - ends.length; lacking > 0; lacking -= 1) {
      ends.push(nextDay(day, DAYS_PER_JOB - 1));
      jobs += 1;
    }
  }
  return jobs;
};

/** The fewest jobs for the days with numbers, per account × level × placement × metric set: the higher of two lower bounds. */
export class LowerBound {
  #series = new Map<string, Series>();

  add(name: string, id: string, day: string): void {
    const series = this.#series.get(name) ?? { ids: new Map<string, number>(), days: new Map<string, number>() };
    bump(series.ids, id);
    bump(series.days, day);
    this.#series.set(name, series);
  }

  jobs(): number {
    return [...this.#series.values()].reduce((sum, series) => sum + Math.max(byPieces(series), byDays(series)), 0);
  }
}

/**
 * The least time of the jobs in seconds: X computes a hundred at once per account and accepts 440 creates a minute per
 * user. Accounts compute beside each other; the creates of one user share the limit.
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
