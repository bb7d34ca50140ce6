import type { Day } from '../../domain/calendar.js';
import type { CoverageDay } from '../../domain/coverage.js';
import type { AccountId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

export interface CoverageQuery {
  readonly accountId: AccountId;
  readonly from: Day;
  readonly to: Day;
  /** Days after the last due day are not missing yet. (Default: all days are due) */
  readonly due?: { readonly lastDay: Day; readonly wait: number };
  /** The account's first day: no day before it is missing. (Default: it has always existed) */
  readonly created?: Day | undefined;
}

/** A day of an account by the worst of its levels and placements. */
export interface FoldedDay extends Pick<CoverageDay, 'day' | 'status' | 'finality'> {
  readonly reason?: string;
}

/** The same, each day by the worst of its levels and placements. */
export const foldedDays = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, from, to, due, created }: CoverageQuery,
): Promise<readonly FoldedDay[]> => {
  const { rows } = await db.query<Omit<FoldedDay, 'reason'> & { reason: string | null }>(
    `select c.day, case when c.status <> 'missing' then c.status when c.day > $4::date then 'not_due'
         when c.day < $5::date then 'before_creation' else c.status end as status,
       case when c.status = 'missing' and (c.day > $4::date or c.day < $5::date) then null else c.reason end as reason,
       importer.finality(c.day, d.zone, a.observed_at) as finality
     from importer.visible_accounts($6) a
     cross join importer.folded_coverage($1, $2, $3) c
     left join lateral importer.zone_of_day(a.id, c.day) d on true
     where a.id = $1 order by c.day`,
    [accountId, from, to, due?.lastDay ?? null, created ?? null, viewer],
  );
  return rows.map(({ reason, ...day }) => ({ ...day, ...(reason === null ? {} : { reason }) }));
};

/** The coverage of an account over some days, oldest first; none where the viewer does not see the account. */
export const coverageDays = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, from, to, due, created }: CoverageQuery,
): Promise<readonly CoverageDay[]> => {
  const { rows } = await db.query<Omit<CoverageDay, 'reason'> & { reason: string | null }>(
    `select c.level, c.placement, c.day, s.status, c.expected, c.landed,
       case s.status when c.status then c.reason
         when 'not_due' then concat_ws('; ', format('it is imported after a wait of %s %s', $6::int,
           case $6::int when 1 then 'day' else 'days' end), z.switch_note)
         else concat_ws('; ', format('the account was created on %s', $5::date), z.switch_note) end as reason,
       importer.finality(c.day, d.zone, a.observed_at) as finality
     from importer.visible_accounts($7) a
     cross join importer.coverage_of($1, $2, $3) c
     cross join lateral (select case when c.status <> 'missing' then c.status
       when c.day > $4::date then 'not_due' when c.day < $5::date then 'before_creation' else c.status end as status) s
     left join lateral importer.zone_of_day(a.id, c.day) d on true
     left join importer.account_zones z on z.account_id = a.id and z.switch_day = c.day
     where a.id = $1 order by c.day, c.level, c.placement`,
    [accountId, from, to, due?.lastDay ?? null, created ?? null, due?.wait ?? null, viewer],
  );
  return rows.map(({ reason, ...day }) => ({ ...day, ...(reason === null ? {} : { reason }) }));
};
