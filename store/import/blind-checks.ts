import type { PoolClient } from 'pg';
import type { ExactSum } from '../../domain/money.js';
import type { Day, DayRange, Instant } from '../../domain/calendar.js';
import type { AccountId, RunId } from '../../domain/ids.js';
import type { BlindDays } from '../../domain/plan.js';
import type { Viewer } from '../../domain/viewer.js';
import type { JsonText } from '../json-text.js';
import type { Queryable } from '../pool.js';

/**
 * The day from which the week until the next blind check is counted: the last due day of the last check whose run did
 * not fail, else of the account's first import.
 */
export const blindCheckSince = async (db: Queryable, accountId: AccountId): Promise<Day | undefined> => {
  const { rows } = await db.query<{ since: Day | null }>(
    `select coalesce(
       (select max(c.last_day) from importer.blind_check_runs c join importer.import_runs r on r.id = c.run_id
        where c.account_id = $1 and r.state in ('running', 'completed')),
       (select a.last_day from importer.asks a where a.account_id = $1 order by a.observed_at, a.id limit 1)) as since`,
    [accountId],
  );
  return rows[0]?.since ?? undefined;
};

export const isBlindCheck = async (db: Queryable, runId: RunId): Promise<boolean> => {
  const { rows } = await db.query('select from importer.blind_check_runs where run_id = $1', [runId]);
  return rows.length > 0;
};

export interface BlindCheckRun {
  readonly runId: RunId;
  readonly accountId: AccountId;
  readonly range: DayRange;
  /** What is read for the check alone. */
  readonly days: JsonText<readonly BlindDays[]>;
}

/** Stores what a run reads blindly, in the transaction that stores its claims: one check per run. */
export const saveBlindCheck = async (
  tx: Queryable,
  { runId, accountId, range, days }: BlindCheckRun,
): Promise<void> => {
  await tx.query(
    `insert into importer.blind_check_runs (run_id, account_id, first_day, last_day, asked_at, entity_days)
     select $1, $2, $3, $4, (select max(observed_at) from importer.asks where run_id = $1),
       (select coalesce(sum((r ->> 'to')::date - (r ->> 'from')::date + 1), 0)
        from jsonb_array_elements($5::jsonb) as d, jsonb_array_elements(d -> 'ranges') as r)`,
    [runId, accountId, range.from, range.to, days],
  );
  await tx.query(
    `insert into importer.blind_check_days (run_id, level, entity_id, placement, metric_set, days)
     select $1, d.level::importer.level, d."entityId", d.placement, d."metricSet",
       (select range_agg(daterange((r ->> 'from')::date, (r ->> 'to')::date, '[]'))
        from jsonb_array_elements(d.ranges) as r)
     from jsonb_to_recordset($2::jsonb) as d (level text, "entityId" text, placement text, "metricSet" text,
       ranges jsonb)`,
    [runId, days],
  );
};

/** The feed lags by up to two hours, and it is asked in whole hours on both sides. */
const FEED_LAG = `interval '4 hours'`;

/**
 * Checks that have been read and whose last number X computed before everything that the feed, as it answered at
 * `observedAt`, has still to name: the feed can add nothing to them.
 */
const readyToJudge = async (
  tx: Queryable,
  accountId: AccountId,
  observedAt: Instant,
): Promise<readonly { runId: RunId; firstDay: Day; lastDay: Day }[]> => {
  const { rows } = await tx.query<{ runId: RunId; firstDay: Day; lastDay: Day }>(
    `select c.run_id as "runId", c.first_day as "firstDay", c.last_day as "lastDay"
     from importer.blind_check_runs c join importer.import_runs r on r.id = c.run_id
     where c.account_id = $1 and c.judged_at is null and r.state = 'completed'
       and $2::timestamptz - ${FEED_LAG} >= coalesce(
         (select max(l.observed_at) from importer.ledger l where l.account_id = $1 and l.run_id = c.run_id), c.asked_at)
     order by c.last_day`,
    [accountId, observedAt],
  );
  return rows;
};

const DIMENSIONS = `'{account_id,level,entity_id,placement,day,receipt_id,observed_at,superseded_at,more,checksum}'::text[]`;

/** The first numbers of entity-days: X had not named them, and a first number is no restatement. */
const firstNumbers = (facts: string, versions: string, set: string): string => `
  select s.level, s.entity_id, s.placement, s.day, '${set}' as metric_set, s.receipt_id, s.observed_at,
    (select count(*)
     from jsonb_each_text((s.number - ${DIMENSIONS}) || coalesce(nullif(s.number -> 'more', 'null'), '{}')) as v
     where v.value <> '0')::int as value_count,
    coalesce((s.number ->> 'billed_charge_local_micro')::numeric, 0) as spend
  from (
    select f.level, f.entity_id, f.placement, f.day, f.receipt_id, f.observed_at, to_jsonb(f) as number
    from importer.${facts} f where f.account_id = $2 and f.day between $3 and $4
    union all
    select v.level, v.entity_id, v.placement, v.day, v.receipt_id, v.observed_at, to_jsonb(v)
    from importer.${versions} v where v.account_id = $2 and v.day between $3 and $4
  ) as s
  join importer.receipts r on r.id = s.receipt_id and r.run_id = $1
  where not exists (select from importer.${versions} e
    where (e.account_id, e.level, e.entity_id, e.placement, e.day) = ($2, s.level, s.entity_id, s.placement, s.day)
      and e.observed_at < s.observed_at)`;

/**
 * Differences where the feed had named nothing, without those that it named a little later: those changes were made
 * after its answer.
 */
const JUDGE = `
  with differing as (
    select r.level, r.entity_id, r.placement, r.day, r.metric_set, r.new_receipt_id as receipt_id,
      r.superseded_at as observed_at, count(*)::int as value_count,
      coalesce(sum(r.difference) filter (where r.metric = 'billed_charge_local_micro'), 0) as spend
    from importer.restatements r join importer.receipts p on p.id = r.new_receipt_id and p.run_id = $1
    where r.account_id = $2 and r.day between $3 and $4
    group by 1, 2, 3, 4, 5, 6, 7
    union all ${firstNumbers('facts', 'fact_versions', 'standard')}
    union all ${firstNumbers('mobile_facts', 'mobile_fact_versions', 'mobile')}
  )
  insert into importer.blind_check_findings
    (run_id, account_id, level, entity_id, placement, metric_set, day, receipt_id, values_differing, spend_difference)
  select distinct on (d.level, d.entity_id, d.placement, d.metric_set, d.day)
    $1, $2, d.level, d.entity_id, d.placement, d.metric_set, d.day, d.receipt_id, d.value_count, d.spend
  from differing d
  join importer.blind_check_days b on b.run_id = $1 and b.days @> d.day
    and (b.level, b.entity_id, b.placement, b.metric_set) = (d.level, d.entity_id, d.placement, d.metric_set)
  where d.value_count > 0 and not exists (
    select from importer.asks a join importer.ask_records k on k.ask_id = a.id
    where a.account_id = $2 and a.level = d.level
      and k.entity_id = d.entity_id and k.placement = d.placement and k.days @> d.day
      and a.observed_at > $5 and a.window_from >= $5 - ${FEED_LAG} and a.window_from <= d.observed_at)
  order by 3, 4, 5, 6, 7, d.observed_at`;

/** A blind check as people and gauges see it. */
export interface BlindCheck {
  readonly accountId: AccountId;
  readonly runId: RunId;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly askedAt: Instant;
  readonly state: 'reading' | 'read' | 'judged' | 'given_up';
  readonly judgedAt: Instant | null;
  /** Entity-days, by metric set, that were read for the check alone. */
  readonly entityDays: number;
  readonly missedEntityDays: number;
  readonly missedValues: number;
  /** Micros by currency, at campaign level, as absolute values. */
  readonly missedMicros: Readonly<Record<string, ExactSum>>;
}

const SELECT = `select account_id as "accountId", run_id as "runId", first_day as "firstDay", last_day as "lastDay",
  asked_at as "askedAt", state, judged_at as "judgedAt", entity_days as "entityDays",
  missed_entity_days as "missedEntityDays", missed_values as "missedValues",
  (select coalesce(jsonb_object_agg(m.key, m.value), '{}') from jsonb_each_text(missed_micros) m) as "missedMicros"
  from importer.blind_checks`;

/**
 * Judges the checks that have been read against what the feed has answered by now, each once, and returns them. The
 * findings are kept; the days that were read for them are deleted.
 */
export const judgeBlindChecks = async (
  tx: PoolClient,
  accountId: AccountId,
  observedAt: Instant,
): Promise<readonly BlindCheck[]> => {
  const judged: BlindCheck[] = [];
  for (const { runId, firstDay, lastDay } of await readyToJudge(tx, accountId, observedAt)) {
    const { rows } = await tx.query<{ askedAt: Instant }>(
      `update importer.blind_check_runs set judged_at = $2 where run_id = $1 and judged_at is null
       returning asked_at as "askedAt"`,
      [runId, observedAt],
    );
    const [check] = rows;
    // Another sync has judged it in the meantime.
    if (!check) continue;
    await tx.query(JUDGE, [runId, accountId, firstDay, lastDay, check.askedAt]);
    await tx.query('delete from importer.blind_check_days where run_id = $1', [runId]);
    const { rows: checks } = await tx.query<BlindCheck & Record<string, unknown>>(`${SELECT} where run_id = $1`, [
      runId,
    ]);
    judged.push(...checks);
  }
  // A check whose run failed is never judged.
  await tx.query(
    `delete from importer.blind_check_days d using importer.blind_check_runs c, importer.import_runs r
     where c.run_id = d.run_id and r.id = c.run_id and c.account_id = $1
       and r.state in ('cancelled', 'failed', 'abandoned')`,
    [accountId],
  );
  return judged;
};

/** The last checks of an account, newest first. */
export const lastBlindChecks = async (
  db: Queryable,
  viewer: Viewer,
  accountId: AccountId,
  limit: number,
): Promise<readonly BlindCheck[]> => {
  const { rows } = await db.query<BlindCheck & Record<string, unknown>>(
    `${SELECT} where account_id = $1 and exists (select from importer.visible_accounts($3) v where v.id = $1)
     order by asked_at desc limit $2`,
    [accountId, limit, viewer],
  );
  return rows;
};
