import pLimit from 'p-limit';
import type { ExactSum } from '../../domain/money.js';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import type { AccountId, EntityId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import type { Viewer } from '../../domain/viewer.js';
import type { Queryable } from '../pool.js';

/** Why the children need not add up to the parent; the client has the sentence for each reason. */
export type RemainderReason =
  | 'agrees'
  | 'parent_unknown'
  | 'shared_tweet'
  | 'rounding'
  | 'overspend_credit'
  | 'no_children'
  | 'no_parent'
  | 'settling'
  | 'unexplained';

/** One metric of one parent on one day, against the sum of its children. */
export interface Comparison {
  readonly parentLevel: Level;
  /** Null for children whose parent is not known. */
  readonly parentId: EntityId | null;
  readonly parentName: string | null;
  readonly childLevel: 'ADS' | 'LINE_ITEM' | 'CAMPAIGN';
  readonly day: Day;
  readonly metric: string;
  readonly currency: string | null;
  /** In micros where the metric is money, else a count. */
  readonly parent: ExactSum;
  readonly children: ExactSum;
  /**
   * Of tweets that other line items promote as well: X does not say which part is whose, so `children` is without them.
   */
  readonly shared: ExactSum;
  /** `parent` minus `children`. */
  readonly remainder: ExactSum;
  readonly sharedTweet: boolean;
  readonly reason: RemainderReason;
}

export interface ReconciliationQuery {
  readonly accountId: AccountId;
  readonly range: DayRange;
  /** Also those that agree. (Default: false) */
  readonly all?: boolean | undefined;
}

/** A year of thousands of ads takes longer than one statement may. Postgres adds up so many days at a time in memory. */
const DAYS_AT_A_TIME = 61;
/** Sessions that add up: adding up is work for a processor, and others need some, too. */
const AT_ONCE = 4;

const later = (a: Day, b: Day): Day => (a > b ? a : b);

/** Newest day first; within a day from the highest level down. */
export const comparisons = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, range, all = false }: ReconciliationQuery,
): Promise<readonly Comparison[]> => {
  const parts: DayRange[] = [];
  for (let { to } = range; to >= range.from; to = addDays(to, -DAYS_AT_A_TIME))
    parts.push({ from: later(addDays(to, 1 - DAYS_AT_A_TIME), range.from), to });
  const found = await pLimit(AT_ONCE).map(parts, (part) => comparisonsOf(db, viewer, { accountId, range: part, all }));
  return found.flat();
};

interface Question {
  readonly levels: readonly Level[];
  readonly ids: readonly EntityId[];
  readonly days: readonly Day[];
}

/** Which parents may differ from their children, and when. */
const inQuestion = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, range: { from, to } }: ReconciliationQuery,
): Promise<Question> => {
  const { rows } = await db.query<{ level: Level; id: EntityId | null; day: Day }>(
    `select parent_level as level, parent_id as id, day from importer.parents_in_question
     where account_id = $1 and day between $2 and $3
       and exists (select from importer.visible_accounts($4) v where v.id = $1)`,
    [accountId, from, to, viewer],
  );
  return {
    levels: [...new Set(rows.map(({ level }) => level))],
    ids: [...new Set(rows.flatMap(({ id }) => id ?? []))],
    days: [...new Set(rows.map(({ day }) => day))],
  };
};

const comparisonsOf = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, range, all }: Required<ReconciliationQuery>,
): Promise<readonly Comparison[]> => {
  // Adding up each metric takes ten times as long as adding up the checksums.
  const question = all ? undefined : await inQuestion(db, viewer, { accountId, range });
  if (question?.days.length === 0) return [];
  const { rows } = await db.query<Comparison & Record<string, unknown>>(
    `select r.parent_level as "parentLevel", r.parent_id as "parentId", e.name as "parentName",
       r.child_level as "childLevel", r.day, r.metric, r.currency, trim_scale(r.parent)::text as parent,
       trim_scale(r.children)::text as children, trim_scale(r.shared)::text as shared,
       trim_scale(r.remainder)::text as remainder, r.shared_tweet as "sharedTweet", r.reason
     from importer.reconciliation r
     left join importer.entities e
       on e.account_id = r.account_id and e.level = r.parent_level and e.entity_id = r.parent_id
     where r.account_id = $1 and r.day between $2 and $3
       and ($4 or r.differs and r.remainder <> 0)
       and ($4 or r.parent_level = any($6::importer.level[]))
       and ($4 or r.day = any($7::date[]) and (r.parent_id is null or r.parent_id = any($8::text[])))
       and exists (select from importer.visible_accounts($5) v where v.id = $1)
     order by r.day desc, r.parent_level, r.parent_id, r.metric, r.currency`,
    [accountId, range.from, range.to, all, viewer, question?.levels ?? [], question?.days ?? [], question?.ids ?? []],
  );
  return rows;
};

/** The sum of the campaigns, which is what X bills, in one currency. */
export interface CampaignTotal {
  readonly currency: string | null;
  /** In micros of the currency. */
  readonly spend: ExactSum;
  readonly impressions: ExactSum;
  readonly clicks: ExactSum;
  readonly engagements: ExactSum;
}

export const campaignTotals = async (
  db: Queryable,
  viewer: Viewer,
  { accountId, range }: Pick<ReconciliationQuery, 'accountId' | 'range'>,
): Promise<readonly CampaignTotal[]> => {
  const { rows } = await db.query<CampaignTotal & Record<string, unknown>>(
    `select t.currency, trim_scale(sum(f.billed_charge_local_micro))::text as spend,
       trim_scale(sum(f.impressions))::text as impressions, trim_scale(sum(f.clicks))::text as clicks,
       trim_scale(sum(f.engagements))::text as engagements
     from importer.facts f
     left join importer.entity_parents t
       on t.account_id = f.account_id and t.level = f.level and t.entity_id = f.entity_id
     where f.account_id = $1 and f.level = 'CAMPAIGN' and f.day between $2 and $3
       and exists (select from importer.visible_accounts($4) v where v.id = $1)
     group by 1 order by 1`,
    [accountId, range.from, range.to, viewer],
  );
  return rows;
};
