import type { RequestReport } from './simulated.js';

/** What `npm start -- --once --json` prints last. */
export interface Summary {
  readonly accounts: number;
  readonly days: number;
  /** Stored rows by level. */
  readonly rows: Readonly<Record<string, number>>;
  readonly jobs: number;
  readonly jobsLowerBound: number;
  readonly peakJobsInProcessing: number;
  readonly requests: Readonly<Record<string, number>>;
  readonly status429: number;
  readonly tooManyJobs: number;
  readonly signInSeconds: number;
  /** From the choice of accounts to the last row. */
  readonly wallSeconds: number;
  readonly floorSeconds: number;
  readonly cellsCompared: Readonly<Record<string, number>>;
  /** Entities whose numbers were left out without need, or whose leaving out is not said. */
  readonly failed: number;
  readonly missing: number;
  readonly doubled: number;
  readonly wrong: number;
  readonly examples: readonly string[];
  /** What of X's answers was not stored, and why. */
  readonly leftOut: readonly string[];
}

/** Counts calls by method and route, without the route's version and parameters. */
export const requestsByFamily = ({ counts }: RequestReport): Readonly<Record<string, number>> => {
  const families: Record<string, number> = {};
  for (const { method, route, count } of counts) {
    const family = `${method} ${route}`;
    families[family] = (families[family] ?? 0) + count;
  }
  return families;
};

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

const LEFT_OUT_SHOWN = 20;
/** Characters of each. */
const LEFT_OUT_WIDTH = 240;

const leftOutText = (leftOut: readonly string[]): readonly string[] => {
  if (leftOut.length === 0) return [];
  const more = leftOut.length - LEFT_OUT_SHOWN;
  return [
    'Left out, because X did not say it as documented:',
    ...leftOut
      .slice(0, LEFT_OUT_SHOWN)
      .map((text) => `  ${text.length > LEFT_OUT_WIDTH ? `${text.slice(0, LEFT_OUT_WIDTH)} …` : text}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
};

export const human = (s: Summary): string =>
  [
    '',
    `Imported ${s.days} days of ${s.accounts} accounts: ${total(s.rows)} rows in ${s.wallSeconds} s (X's limits permit ${s.floorSeconds} s).`,
    `${s.jobs} jobs, at least ${s.jobsLowerBound} are needed; at most ${s.peakJobsInProcessing} at once; ${s.status429} × 429, ${s.tooManyJobs} × TOO_MANY_JOBS.`,
    `Compared ${total(s.cellsCompared)} cells with the truth: ${s.missing} missing, ${s.doubled} doubled, ${s.wrong} wrong.`,
    ...s.examples.map((example) => `  ${example}`),
    ...leftOutText(s.leftOut),
    '',
    '',
  ].join('\n');
