/** Is a day complete, and if not, why not. */
export type DayStatus =
  | 'complete'
  | 'verified_empty'
  | 'planned'
  | 'in_flight'
  | 'failed'
  | 'unavailable'
  | 'missing'
  /** Missing, as it should be: the wait is not over. */
  | 'not_due'
  /** Missing, as it should be: the account did not exist. */
  | 'before_creation';

/** How settled X's numbers of a day are, as of the moment at which X last spoke of the account. */
export type Finality = 'provisional' | 'settling' | 'final';
