import type { Day } from './calendar.js';
import type { Level, Placement } from './levels.js';

/** Whether a day is complete, and if not, why not. */
export type DayStatus =
  | 'complete'
  | 'verified_empty'
  | 'planned'
  | 'in_flight'
  | 'failed'
  | 'unavailable'
  | 'missing'
  /** Rightly missing: the wait is not over. */
  | 'not_due'
  /** Rightly missing: the account did not exist. */
  | 'before_creation';

/** How final X's numbers of a day are, by X's clock when it last answered for the account (docs/x-ads-api.md §10.2). */
export type Finality = 'provisional' | 'settling' | 'final';

/** Is a day of an account × level × placement complete, and if not, why not. */
export interface CoverageDay {
  readonly level: Level;
  readonly placement: Placement;
  readonly day: Day;
  readonly status: DayStatus;
  /** Entity-days that X named, counted once per metric set. */
  readonly expected: number;
  /** Those of them that have landed with a receipt. */
  readonly landed: number;
  readonly finality: Finality;
  /** Why it is not complete, where more is known than the status says. */
  readonly reason?: string;
}
