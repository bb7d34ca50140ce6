import type { Queryable } from '../pool.js';

/*
 * What a backup holds: the rows of every table of ours, the months that have partitions, and how far each sequence is. Views,
 * functions and the tables that say which migrations there are come with the program.
 */

const SCHEMAS = ['importer', 'app'];
const BOOKKEEPING = ['importer.migrations', 'importer.view_definitions'];

/** Whatever the search path is, which may leave a schema out. */
const named = (alias: string): string => `format('%I.%I', ${alias}.relnamespace::regnamespace::text, ${alias}.relname)`;

export interface BackedUpTable {
  readonly name: string;
  /** Those that are stored: Postgres computes the others. */
  readonly columns: readonly string[];
}

/** Tables in an order in which none refers to a later one. */
export const backedUpTables = async (db: Queryable): Promise<readonly BackedUpTable[]> => {
  const { rows } = await db.query<{ name: string; columns: string[]; needs: string[] }>(
    `select ${named('c')} as name,
       array(select quote_ident(a.attname) from pg_attribute a
         where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns,
       array(select ${named('r')} from pg_constraint k join pg_class r on r.oid = k.confrelid
         where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as needs
     from pg_class c
     where c.relnamespace::regnamespace::text = any($1) and c.relkind in ('r', 'p') and not c.relispartition
       and ${named('c')} <> all($2)
     order by 1`,
    [SCHEMAS, BOOKKEEPING],
  );
  const ordered: typeof rows = [];
  let left = rows;
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const next = left.filter(({ needs }) => !needs.some((name) => names.has(name)));
    if (next.length === 0) throw new Error(`tables refer to each other: ${[...names].join(', ')}`);
    ordered.push(...next);
    left = left.filter((table) => !next.includes(table));
  }
  return ordered.map(({ name, columns }) => ({ name, columns }));
};

export interface SequenceState {
  readonly name: string;
  readonly last: string;
  readonly called: boolean;
}

export const sequenceStates = async (db: Queryable): Promise<SequenceState[]> => {
  const { rows: names } = await db.query<{ name: string }>(
    `select ${named('c')} as name from pg_class c
     where c.relkind = 'S' and c.relnamespace::regnamespace::text = any($1)
       and not exists (select from pg_depend d where d.objid = c.oid and d.refobjid = any($2::regclass[]))
     order by 1`,
    [SCHEMAS, BOOKKEEPING],
  );
  const states: SequenceState[] = [];
  for (const { name } of names) {
    const { rows } = await db.query<SequenceState & Record<string, unknown>>(
      `select $1 as name, last_value::text as last, is_called as called from ${name}`,
      [name],
    );
    states.push(...rows);
  }
  return states;
};

/** The first days of the months that have partitions. */
export const partitionMonths = async (db: Queryable): Promise<string[]> => {
  const { rows } = await db.query<{ month: string }>(
    `select distinct replace(substring(c.relname from '\\d{4}_\\d{2}$'), '_', '-') || '-01' as month
     from pg_class c join pg_inherits i on i.inhrelid = c.oid
     where i.inhparent in ('importer.facts'::regclass, 'importer.mobile_facts'::regclass) order by 1`,
  );
  return rows.map(({ month }) => month);
};
