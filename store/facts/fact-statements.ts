import type { MetricSet } from '../../domain/levels.js';
import { factColumns } from './fact-lines.js';

/*
 * The set statements of landing, one set per metric set. All share their parameters:
 * $1 account, $2 level, $3 placement, $4 answered entity ids, $5 first day, $6 last day, $7 observed_at.
 */

export interface FactStatements {
  /** Into the partitioned table itself. */
  readonly copy: string;
  readonly createStaging: string;
  readonly copyStaging: string;
  /** Is anything stored for the slice, and has anything newer landed on it? */
  readonly probe: string;
  /** Applies what was staged under the receipt $8, and returns the counts. */
  readonly apply: string;
}

const KEY = ['account_id', 'level', 'entity_id', 'placement', 'day'];
const SLICE = `account_id = $1 and level = $2::importer.level and placement = $3 and entity_id = any($4::text[])`;

const columnsOf = (alias: string, names: readonly string[]): string =>
  names.map((name) => `${alias}.${name}`).join(', ');

const statements = (set: MetricSet): FactStatements => {
  const table = set === 'standard' ? 'facts' : 'mobile_facts';
  const versions = set === 'standard' ? 'fact_versions' : 'mobile_fact_versions';
  const staging = `pg_temp.incoming_${table}`;
  const columns = factColumns(set);
  const list = columns.join(', ');
  const numbers = columns.filter((name) => ![...KEY, 'receipt_id', 'observed_at'].includes(name));
  // The checksum follows from the metrics.
  const metrics = numbers.filter((name) => name !== 'checksum');
  const isZero = (alias: string): string =>
    metrics.map((name) => (name === 'more' ? `${alias}.more is null` : `${alias}.${name} = 0`)).join(' and ');
  const zeros = numbers.map((name) => (name === 'more' ? 'null::jsonb' : '0::numeric')).join(', ');
  const newer = `
    select entity_id, days, observed_at from importer.ledger
    where ${SLICE} and metric_set = '${set}' and state = 'landed' and observed_at > $7
      and days && daterange($5::date, $6::date, '[]')`;

  return {
    copy: `copy importer.${table} (${list}) from stdin`,
    copyStaging: `copy ${staging} (${list}) from stdin`,
    createStaging: `create temporary table if not exists incoming_${table}
      (like importer.${table} including defaults) on commit delete rows`,
    probe: `select
      exists (select from importer.${table} where ${SLICE} and day between $5 and $6) as stored,
      exists (${newer}) as newer`,
    apply: `
      with newer as materialized (${newer}),
      stored as materialized (
        select f.*, f.observed_at > $7 or exists (
            select from newer w where w.entity_id = f.entity_id and w.days @> f.day) as stale
        from importer.${table} f where ${SLICE} and day between $5 and $6
      ),
      incoming as materialized (
        select i.*, s.entity_id is not null as known, coalesce(s.stale, exists (
            select from newer w where w.entity_id = i.entity_id and w.days @> i.day)) as stale,
          s.entity_id is not null
            and (${columnsOf('s', metrics)}) is distinct from (${columnsOf('i', metrics)}) as differs
        from ${staging} i left join stored s using (entity_id, day)
        where i.receipt_id = $8
      ),
      -- Stored rows that X now leaves out: they become rows of zeros.
      withdrawn as materialized (
        select s.* from stored s
        where not (${isZero('s')}) and not exists (
          select from incoming i where i.entity_id = s.entity_id and i.day = s.day)
      ),
      changes as materialized (
        select ${columnsOf('i', ['entity_id', 'day', ...numbers])}, false as zeroed
          from incoming i where i.differs and not i.stale
        union all
        select w.entity_id, w.day, ${zeros}, true
          from withdrawn w where not w.stale
      ),
      -- A row that X computed in the same second was not valid at any moment, and would block the version that was.
      kept as (
        insert into importer.${versions} (${list}, superseded_at)
        select ${columnsOf('s', columns)}, $7 from stored s join changes c using (entity_id, day)
        where s.observed_at < $7
        on conflict do nothing
      ),
      rewritten as (
        update importer.${table} f
        set receipt_id = $8, observed_at = $7, ${numbers.map((name) => `${name} = c.${name}`).join(', ')}
        from changes c
        where f.account_id = $1 and f.level = $2::importer.level and f.placement = $3
          and f.entity_id = c.entity_id and f.day = c.day and f.day between $5 and $6
      ),
      added as (
        insert into importer.${table} (${list})
        select ${columnsOf('i', columns)} from incoming i where not i.known and not i.stale
      )
      select
        (select count(*) from incoming where not known and not stale) as "rowsNew",
        (select count(*) from changes where not zeroed) as "rowsChanged",
        (select count(*) from incoming where known and not stale and not differs) as "rowsUnchanged",
        (select count(*) from changes where zeroed) as "rowsZeroed",
        (select count(*) from incoming where stale) as "rowsStale",
        (select count(*) from withdrawn where stale) as "withheldZeros",
        (select max(observed_at) from newer) as "newerThan"`,
  };
};

const bySet: Readonly<Record<MetricSet, FactStatements>> = {
  standard: statements('standard'),
  mobile: statements('mobile'),
};

export const factStatements = (set: MetricSet): FactStatements => bySet[set];
