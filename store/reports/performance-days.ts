import type { Day, DayRange, Instant, ZonePeriod } from '../../domain/calendar.js';
import type { Finality } from '../../domain/coverage.js';
import type { AccountId } from '../../domain/ids.js';
import type { Viewer } from '../../domain/viewer.js';
import { ZONES } from '../account/account-zones.js';
import type { Queryable } from '../pool.js';
import { countCoverage } from './account-days.js';

/** An account that the viewer sees, with what is imported of it. */
export interface ReportedAccount {
  readonly id: AccountId;
  readonly name: string;
  readonly currencies: readonly string[];
  readonly zones: readonly ZonePeriod[];
  readonly createdAt: Instant | null;
  /** X's clock when it last spoke of the account. */
  readonly observedAt: Instant;
  /** The first day that X was asked about; null: none yet. */
  readonly firstAsked: Day | null;
  /** Ascending. */
  readonly complete: readonly DayRange[];
}

/** Some accounts, or all that the viewer sees, by name. What is complete is counted anew where it has moved. */
export const reportedAccounts = async (
  db: Queryable,
  viewer: Viewer,
  ids: readonly AccountId[] | undefined,
): Promise<readonly ReportedAccount[]> => {
  const { rows } = await db.query<ReportedAccount & { counted: boolean } & Record<string, unknown>>(
    `select a.id, a.name, a.currencies, ${ZONES} as zones, a.created_at_x as "createdAt", a.observed_at as "observedAt",
       (select min(k.first_day) from importer.asks k where k.account_id = a.id) as "firstAsked",
       coalesce((select jsonb_agg(jsonb_build_object('from', lower(r), 'to', upper(r) - 1) order by r)
         from unnest(d.complete) r), '[]') as complete, coalesce(not d.stale, false) as counted
     from importer.visible_accounts($1) a
     left join importer.account_days d on d.account_id = a.id
     where $2::text[] is null or a.id = any($2) order by a.name, a.id`,
    [viewer, ids ?? null],
  );
  const accounts: ReportedAccount[] = [];
  for (const { counted, ...account } of rows) {
    const known = counted || account.firstAsked === null ? account : await countCoverage(db, account.id);
    accounts.push({ ...account, complete: known.complete });
  }
  return accounts;
};

/** How settled each day of a range is, for the account in which it is least settled; at a moment, or as X last spoke. */
export const finalityOfDays = async (
  db: Queryable,
  accounts: readonly AccountId[],
  { from, to }: DayRange,
  at: Instant | null,
): Promise<ReadonlyMap<Day, Finality>> => {
  const { rows } = await db.query<{ day: Day; finality: Finality } & Record<string, unknown>>(
    `select f.day, (array['provisional', 'settling', 'final'])[min(f.settled)] as finality
     from (
       select d.day::date as day, array_position(array['provisional', 'settling', 'final'],
         importer.finality(d.day::date, z.zone collate "default", coalesce($4::timestamptz, a.observed_at))) as settled
       from importer.accounts a
       cross join lateral generate_series($2::date::timestamp, $3::date::timestamp, interval '1 day') as d (day)
       left join lateral importer.zone_of_day(a.id, d.day::date) z on true
       where a.id = any($1)
     ) as f group by f.day order by f.day`,
    [accounts, from, to, at],
  );
  return new Map(rows.map(({ day, finality }) => [day, finality]));
};
