import type { ExactSum } from '../../domain/money.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, EntityId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { SettledDay } from '../../domain/outlook.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** What was first stored, and what is stored now. */
export interface Moved {
  readonly was: ExactSum;
  readonly is: ExactSum;
}

/** What X has changed since it was first stored, over the entity-days of one group and currency. */
export interface Movement {
  /** ISO 4217; null where the entity is not known. */
  readonly currency: string | null;
  /** When grouped by day. */
  readonly day: Day | null;
  /** When grouped by entity. */
  readonly entityId: EntityId | null;
  readonly entityName: string | null;
  /** The ad has the numbers of all ads of its tweet: they must not be added up. */
  readonly sharedTweet: boolean;
  /** Entity-days that X has changed, in any metric; `restatements` counts the changes. */
  readonly entityDays: number;
  readonly restatements: number;
  /** X's clock, when it computed the last change; null when there was none. */
  readonly lastChangedAt: Instant | null;
  /** In micros of the currency. */
  readonly spend: Moved;
  readonly impressions: Moved;
  readonly clicks: Moved;
  readonly engagements: Moved;
}

export interface MovementQuery {
  readonly accountId: AccountId;
  readonly level: Level;
  readonly range: DayRange;
  /** `total` is one row per currency, also where nothing has changed. */
  readonly by: 'day' | 'entity' | 'total';
}

/** `once` counts one ad of a shared tweet, so that no sum contains its numbers twice. */
const GROUPS = {
  day: { day: 'day', entity: 'null::text', name: 'null::text', shared: 'false', once: true, group: 'currency, day' },
  entity: {
    day: 'null::date',
    entity: 'entity_id',
    name: 'name',
    shared: 'shared_tweet',
    once: false,
    group: 'currency, entity_id, name, shared_tweet',
  },
  total: {
    day: 'null::date',
    entity: 'null::text',
    name: 'null::text',
    shared: 'false',
    once: true,
    group: 'currency',
  },
} as const;

const COUNTS = ['impressions', 'clicks', 'engagements'] as const;
type Count = (typeof COUNTS)[number];
type Columns = Record<`${(typeof SUMMED)[number]}_${'was' | 'is'}`, ExactSum>;

const SUMMED = ['spend', ...COUNTS] as const;
const SUMS = SUMMED.map(
  (metric) =>
    `trim_scale(sum(was_${metric}))::text as ${metric}_was, trim_scale(sum(is_${metric}))::text as ${metric}_is`,
).join(',\n      ');

const WAS_AND_IS = COUNTS.map(
  (metric) => `first_value(${metric}) over history as was_${metric}, ${metric} as is_${metric}`,
).join(',\n        ');

/**
 * The versions and the present fact of each entity-day go through one window. With a join Postgres takes day and
 * placement for the key, and compares every ad of a day with every other.
 */
const statement = (by: MovementQuery['by']): string => {
  const { day, entity, name, shared, once, group } = GROUPS[by];
  return `
    with stored as (
      select entity_id, placement, day, observed_at, false as present,
        billed_charge_local_micro as spend, impressions, clicks, engagements
      from importer.fact_versions
      where account_id = $1 and level = $2::importer.level and day between $3 and $4 and superseded_at > observed_at
      union all
      select entity_id, placement, day, observed_at, true, billed_charge_local_micro, impressions, clicks, engagements
      from importer.facts
      where account_id = $1 and level = $2::importer.level and day between $3 and $4
    ),
    histories as (
      select entity_id, placement, day, observed_at, present, nullif(count(*) over history - 1, 0) as versions,
        first_value(spend) over history as was_spend, spend as is_spend,
        ${WAS_AND_IS}
      from stored
      window history as (partition by entity_id, placement, day order by present, observed_at rows unbounded preceding)
    ),
    parents as materialized (
      select entity_id, name, currency, shared_tweet, tweet_id from importer.entity_parents
      where account_id = $1 and level = $2::importer.level
    ),
    read as (
      select f.*, t.name, t.currency, coalesce(t.shared_tweet, false) as shared_tweet,
        row_number() over (
          partition by f.day, f.placement, case when t.shared_tweet then t.tweet_id else f.entity_id end
          order by f.entity_id
        ) as position
      from histories f left join parents t using (entity_id)
      where f.present and exists (select from importer.visible_accounts($5) v where v.id = $1)
    )
    select currency, ${day} as day, ${entity} as "entityId", ${name} as "entityName", ${shared} as "sharedTweet",
      count(versions) as "entityDays", coalesce(sum(versions), 0)::bigint as restatements,
      max(observed_at) filter (where versions > 0) as "lastChangedAt",
      ${SUMS}
    from read ${once ? 'where position = 1' : ''}
    group by ${group}
    ${by === 'total' ? '' : 'having count(versions) > 0'}
    order by ${by === 'day' ? 'day desc, currency' : 'abs(sum(is_spend - was_spend)) desc, currency'}`;
};

/** What X has changed on an account that the viewer sees, by day, by entity or in total; each currency has rows of its own. */
export const movements = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, level, range, by }: MovementQuery,
): Promise<readonly Movement[]> => {
  const { rows } = await db.query<Omit<Movement, 'spend' | Count> & Columns>(statement(by), [
    accountId,
    level,
    range.from,
    range.to,
    viewer,
  ]);
  return rows.map((row) => ({
    currency: row.currency,
    day: row.day,
    entityId: row.entityId,
    entityName: row.entityName,
    sharedTweet: row.sharedTweet,
    entityDays: row.entityDays,
    restatements: row.restatements,
    lastChangedAt: row.lastChangedAt,
    spend: { was: row.spend_was, is: row.spend_is },
    impressions: { was: row.impressions_was, is: row.impressions_is },
    clicks: { was: row.clicks_was, is: row.clicks_is },
    engagements: { was: row.engagements_was, is: row.engagements_is },
  }));
};

/** How much of a day's final numbers was stored by the end of the n-th day after it. */
export interface SettledAfter {
  readonly currency: string | null;
  readonly daysAfter: number;
  /** 1 is all of it; null where the final number is 0. */
  readonly spendShare: number | null;
  readonly impressionsShare: number | null;
  readonly clicksShare: number | null;
  /** How many final days it rests on. */
  readonly days: number;
}

/** By currency and days after; empty until a day that was read within thirty days has become final. */
export const settlingCurve = async (
  db: Queryable,
  viewer: Viewer,
  accountId: AccountId,
): Promise<readonly SettledAfter[]> => {
  const { rows } = await db.query<SettledAfter & Record<string, unknown>>(
    `select currency, days_after as "daysAfter", spend_share::float8 as "spendShare",
       impressions_share::float8 as "impressionsShare", clicks_share::float8 as "clicksShare", days
     from importer.settling_curve
     where account_id = $1 and exists (select from importer.visible_accounts($2) v where v.id = $1)
     order by currency, days_after`,
    [accountId, viewer],
  );
  return rows;
};

/** What of each final day since `from` was stored at each age, and what it became; newest day last. */
export const settledDays = async (
  db: Queryable,
  viewer: Viewer,
  accountId: AccountId,
  from: Day,
): Promise<readonly SettledDay[]> => {
  const { rows } = await db.query<SettledDay & Record<string, unknown>>(
    `select currency, days_after as "daysAfter",
       jsonb_build_object('spend', spend_micro, 'impressions', impressions, 'clicks', clicks) as stored,
       jsonb_build_object('spend', final_spend_micro, 'impressions', final_impressions, 'clicks', final_clicks) as final
     from importer.settling_days
     where account_id = $1 and day >= $3 and exists (select from importer.visible_accounts($2) v where v.id = $1)
     order by day`,
    [accountId, viewer, from],
  );
  return rows;
};
