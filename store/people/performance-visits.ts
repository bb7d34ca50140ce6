import type { DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Queryable } from '../pool.js';

/** Whoever has been away for so long begins another visit. */
const SILENCE = `interval '30 minutes'`;
/** Landings that overlap are nearer to each other than so many receipts. */
const NEAR = 1_000;

export interface VisitedAccount {
  readonly id: AccountId;
  /** Days that are complete. */
  readonly complete: readonly DayRange[];
}

const kept = (column: string): string =>
  `case when $4 or v.seen_at < excluded.seen_at - ${SILENCE} then v.seen_${column} else v.before_${column} end`;

/**
 * Notes that the person sees all that has landed of the accounts. What they had seen before this visit stays as it is while
 * it lasts; with `seen`, all that they have been shown until now counts as seen.
 * @returns per account since when changes are told; the moment of this statement where nothing was seen before
 */
export const visitAccounts = async (
  db: Queryable,
  personId: string,
  accounts: readonly VisitedAccount[],
  { seen }: { readonly seen: boolean },
): Promise<ReadonlyMap<AccountId, Instant>> => {
  const { rows } = await db.query<{ id: AccountId; since: Instant }>(
    `with mark as materialized (
       select clock_timestamp() as at, n.newest, array(
         select i from generate_series(greatest(n.newest - ${NEAR}, 1), n.newest) as i
         where not exists (select from importer.receipts r where r.id = i)) as open
       from (select coalesce(max(id), 0) as newest from importer.receipts) as n
     )
     insert into app.performance_visits as v (person_id, account_id, before_at, before_receipt, before_open, before_days,
       seen_at, seen_receipt, seen_open, seen_days)
     select $1, a.id, m.at, m.newest, m.open, d.days, m.at, m.newest, m.open, d.days
     from mark m, jsonb_to_recordset($2) as a (id text, complete jsonb)
     cross join lateral (
       select coalesce(range_agg(daterange((r ->> 'from')::date, (r ->> 'to')::date, '[]')), '{}') as days
       from jsonb_array_elements(a.complete) as r) as d
     where a.id = any($3) order by a.id
     on conflict (person_id, account_id) do update set
       ${['at', 'receipt', 'open', 'days'].map((column) => `before_${column} = ${kept(column)}, seen_${column} = excluded.seen_${column}`).join(',\n       ')}
     returning v.account_id as id, v.before_at as since`,
    [personId, JSON.stringify(accounts), accounts.map(({ id }) => id), seen],
  );
  return new Map(rows.map(({ id, since }) => [id, since]));
};
