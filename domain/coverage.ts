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
