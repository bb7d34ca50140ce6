import type { Day } from '../domain/calendar.js';
import type { AccountId } from '../domain/ids.js';
import type { Level, Placement } from '../domain/levels.js';
import type { Queryable } from './pool.js';

export type CoverageStatus =
  | 'complete'
  | 'verified_empty'
  | 'planned'
  | 'in_flight'
  | 'failed'
  | 'unavailable'
  | 'missing';

/** How settled X's numbers of a day are, as of the moment at which X last spoke of the account. */
export type Finality = 'provisional' | 'settling' | 'final';

/** Is a day of an account × level × placement complete, and if not, why not. */
export interface CoverageDay {
  readonly level: Level;
  readonly placement: Placement;
  readonly day: Day;
  readonly status: CoverageStatus;
  /** Entity-days, counted once per metric set, that X named. */
  readonly expected: number;
  /** Those of them that have landed with a receipt. */
  readonly landed: number;
  readonly finality: Finality;
  /** Why it is not complete, where more is known than the status says. */
  readonly reason?: string;
}

/** The coverage of an account over some days, oldest first. */
export const coverageDays = async (
  db: Queryable,
  { accountId, from, to }: { readonly accountId: AccountId; readonly from: Day; readonly to: Day },
): Promise<readonly CoverageDay[]> => {
  const { rows } = await db.query<Omit<CoverageDay, 'reason'> & { reason: string | null }>(
    `select c.level, c.placement, c.day, c.status, c.expected, c.landed, c.reason,
       importer.finality(c.day, a.timezone, a.observed_at) as finality
     from importer.accounts a, importer.coverage_of($1, $2, $3) c where a.id = $1 order by c.day, c.level, c.placement`,
    [accountId, from, to],
  );
  return rows.map(({ reason, ...day }) => ({ ...day, ...(reason === null ? {} : { reason }) }));
};
