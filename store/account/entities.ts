import type { Instant } from '../../domain/calendar.js';
import type { AccountId, EntityId } from '../../domain/ids.js';
import type { Level } from '../../domain/levels.js';
import { onePerKey } from '../one-per-key.js';
import type { Db } from '../pool.js';

/** An entity as X describes it now; what a level does not have is null. */
export interface EntityRow {
  readonly level: Level;
  readonly entityId: EntityId;
  readonly name: string | null;
  /** X's `entity_status`. */
  readonly status: string | null;
  readonly effectiveStatus: string | null;
  readonly currency: string | null;
  readonly fundingInstrumentId: EntityId | null;
  readonly campaignId: EntityId | null;
  readonly lineItemId: EntityId | null;
  readonly tweetId: string | null;
  /** Of a promoted account. */
  readonly userId: string | null;
  readonly objective: string | null;
  /** A line item that promotes an app: then the account has mobile conversions. */
  readonly isApp: boolean;
  readonly deleted: boolean;
  /** X's own object, complete. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface MirrorCounts {
  readonly added: number;
  /** The old version of each is kept. */
  readonly changed: number;
}

const ROWS_PER_STATEMENT = 1_000;

const FIELDS: readonly (readonly [column: string, property: string, type: string])[] = [
  ['name', 'name', 'text'],
  ['status', 'status', 'text'],
  ['effective_status', 'effectiveStatus', 'text'],
  ['currency', 'currency', 'text'],
  ['funding_instrument_id', 'fundingInstrumentId', 'text'],
  ['campaign_id', 'campaignId', 'text'],
  ['line_item_id', 'lineItemId', 'text'],
  ['tweet_id', 'tweetId', 'text'],
  ['user_id', 'userId', 'text'],
  ['objective', 'objective', 'text'],
  ['is_app', 'isApp', 'boolean'],
  ['deleted', 'deleted', 'boolean'],
  ['raw', 'raw', 'jsonb'],
];
const list = FIELDS.map(([column]) => column).join(', ');
const columnsOf = (alias: string): string => FIELDS.map(([column]) => `${alias}.${column}`).join(', ');

/**
 * Stores when the levels were seen. The row of a level stays locked until the mirror commits: pages of one level are
 * stored one after the other, so which page is older cannot change in between.
 */
const NOTE_SIGHTING = `
  insert into importer.entity_sightings as s (account_id, level, seen_at)
  select $1, level, $3 from unnest($2::importer.level[]) as level order by level
  on conflict (account_id, level) do update set seen_at = greatest(s.seen_at, excluded.seen_at)`;

/**
 * One set statement. Rows are locked in the order of their key, so that two mirrors at once cannot deadlock. Unchanged
 * rows are not even locked, because a row lock is a write in Postgres.
 */
const MIRROR = `
  with incoming as materialized (
    select x.level::importer.level as level, x."entityId" collate "C" as entity_id,
      ${FIELDS.map(([column, property]) => `x."${property}" as ${column}`).join(', ')}
    from jsonb_to_recordset($2::jsonb) as x (level text, "entityId" text,
      ${FIELDS.map(([, property, type]) => `"${property}" ${type}`).join(', ')})
  ),
  changed as materialized (
    select e.* from importer.entities e join incoming i using (level, entity_id)
    join importer.entity_sightings s on s.account_id = e.account_id and s.level = e.level and s.seen_at <= $3
    where e.account_id = $1 and (${columnsOf('e')}) is distinct from (${columnsOf('i')})
    order by e.level, e.entity_id
    for update of e
  ),
  kept as (
    insert into importer.entity_versions (account_id, level, entity_id, ${list}, observed_at, superseded_at)
    select c.account_id, c.level, c.entity_id, ${columnsOf('c')}, c.observed_at, $3 from changed c
    on conflict do nothing
  ),
  replaced as (
    update importer.entities e
    set ${FIELDS.map(([column]) => `${column} = i.${column}`).join(', ')}, observed_at = $3
    from incoming i join changed c using (level, entity_id)
    where e.account_id = $1 and e.level = i.level and e.entity_id = i.entity_id
  ),
  added as (
    insert into importer.entities (account_id, level, entity_id, ${list}, observed_at)
    select $1, i.level, i.entity_id, ${columnsOf('i')}, $3
    from incoming i
    where not exists (select from importer.entities e
      where e.account_id = $1 and e.level = i.level and e.entity_id = i.entity_id)
    order by i.level, i.entity_id
    on conflict do nothing
    returning 1
  )
  select (select count(*) from added) as added, (select count(*) from changed) as changed`;

/** What the account's row takes from its entities. */
const SUMMARIZE = `
  update importer.accounts a
  set currencies = s.currencies, has_app_line_items = s.has_app
  from (
    select
      coalesce(array_agg(distinct currency order by currency) filter (where currency is not null), '{}') as currencies,
      coalesce(bool_or(is_app and level = 'LINE_ITEM'), false) as has_app
    from importer.entities where account_id = $1
  ) s
  where a.id = $1 and (a.currencies, a.has_app_line_items) is distinct from (s.currencies, s.has_app)`;

/**
 * Mirrors entities of one account. `observed_at` of a row is the moment from which its values are known to hold: an
 * entity that is seen again unchanged is not written. Of an entity that has changed the old row is kept as a version. A
 * page that is older than another of its level adds unknown entities and changes none. Safe to repeat: by natural key.
 */
export const saveEntities = (
  db: Db,
  {
    accountId,
    entities,
    observedAt,
  }: { readonly accountId: AccountId; readonly entities: readonly EntityRow[]; readonly observedAt: Instant },
): Promise<MirrorCounts> =>
  db.transaction(async (client) => {
    const levels = [...new Set(entities.map(({ level }) => level))];
    await client.query(NOTE_SIGHTING, [accountId, levels, observedAt]);
    let added = 0;
    let changed = 0;
    const rows = onePerKey(entities, ({ level, entityId }) => `${level}/${entityId}`);
    for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
      const { rows: counts } = await client.query<{ added: number; changed: number }>(MIRROR, [
        accountId,
        JSON.stringify(rows.slice(i, i + ROWS_PER_STATEMENT)),
        observedAt,
      ]);
      added += counts[0]?.added ?? 0;
      changed += counts[0]?.changed ?? 0;
    }
    await client.query(SUMMARIZE, [accountId]);
    return { added, changed };
  });
