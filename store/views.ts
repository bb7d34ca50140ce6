import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { NAMED_METRICS } from '../domain/metrics.js';
import { SUMMED, type Summed } from '../domain/performance-metrics.js';
import type { Queryable } from './pool.js';

/*
 * The views and functions of the schema: each is defined in one file of store/views/ and made anew when a file has
 * changed. Tables are in store/migrations/. A view that goes is dropped by a migration.
 */

/** Beside this file, in the source tree and in dist/ alike: the build copies the .sql files. */
const VIEWS_DIR = fileURLToPath(new URL('views', import.meta.url));

/** The files of store/views/ in the order in which they are run: a file may use what is defined before it. */
export const VIEW_FILES = [
  'visibility',
  'zones',
  'finality',
  'tripwire',
  'partitions',
  'ads',
  'daily_ad_metrics',
  'entity_parents',
  'as_of',
  'roll_up',
  'restatements',
  'settling_curve',
  'reconciliation',
  'coverage',
  'blind_checks',
  'daily_campaign_metrics',
  'performance_daily',
  'reading',
  'comments',
] as const;

/** The views and functions that this program defines. */
export interface ViewDefinitions {
  readonly sql: readonly string[];
  /** Identifies the text of all files together. */
  readonly hash: string;
}

const NAMED: ReadonlySet<string> = new Set(NAMED_METRICS);
/** What a fact `f` has of a metric that Ad Performance adds up. */
export const summedOf = (name: Summed): string =>
  NAMED.has(name) ? `f.${name}` : `coalesce((f.more ->> '${name}')::numeric, 0)`;

/**
 * `{{…@…}}` becomes a list with one element per metric that has a column, `@` being its name; `[[…@…]]` a list in brackets, one per metric that
 * Ad Performance adds up, `@` being its number in `SUMMED` and `f.@` what a fact has of it.
 */
const fillMetrics = (sql: string): string =>
  sql
    .replaceAll(/\{\{(.+?)\}\}/g, (_, element: string) =>
      NAMED_METRICS.map((metric) => element.replaceAll('@', metric)).join(', '),
    )
    .replaceAll(
      /\[\[(.+?)\]\]/g,
      (_, element: string) =>
        `[${SUMMED.map((name, i) => element.replaceAll('f.@', summedOf(name)).replaceAll('@', String(i + 1))).join(', ')}]`,
    );

const readDefinitions = async (): Promise<ViewDefinitions> => {
  const sql = await Promise.all(
    VIEW_FILES.map(async (name) => fillMetrics(await readFile(`${VIEWS_DIR}/${name}.sql`, 'utf8'))),
  );
  return { sql, hash: createHash('sha256').update(sql.join('\n')).digest('hex').slice(0, 16) };
};

let known: Promise<ViewDefinitions> | undefined;
export const viewDefinitions = (): Promise<ViewDefinitions> => (known ??= readDefinitions());

export interface MadeViews {
  /** Of the definitions that were made last; undefined where none were made. */
  readonly hash: string | undefined;
  /** Of definitions that were made before them. */
  readonly earlier: readonly string[];
}

/** What the database says of its own views. */
export const madeViews = async (db: Queryable): Promise<MadeViews> => {
  const { rows: tables } = await db.query<{ there: boolean }>(
    `select to_regclass('importer.view_definitions') is not null as there`,
  );
  if (tables[0]?.there !== true) return { hash: undefined, earlier: [] };
  const { rows } = await db.query<{ hash: string }>('select hash from importer.view_definitions order by made_at desc');
  const [last, ...earlier] = rows.map(({ hash }) => hash);
  return { hash: last, earlier };
};

/**
 * Drops the views and functions, and returns how to make them: so a migration in between may change the tables that
 * they read. What `create or replace` makes is left alone, because triggers hold on to it. Rights that were granted on
 * a view are kept.
 */
export const dropViews = async (tx: Queryable): Promise<() => Promise<void>> => {
  const { sql, hash } = await viewDefinitions();
  const { rows: grants } = await tx.query<{ view: string; statement: string }>(
    `select 'importer.' || quote_ident(c.relname) as view, format('grant %s on importer.%I to %s%s', a.privilege_type,
       c.relname, case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
       case when a.is_grantable then ' with grant option' else '' end) as statement
     from pg_class c cross join lateral aclexplode(c.relacl) a
     where c.relnamespace = to_regnamespace('importer') and c.relkind = 'v' and a.grantee <> c.relowner`,
  );
  const objects = sql.flatMap((file) => [...file.matchAll(/^create (view|function) (importer\.\w+)/gm)]);
  for (const [, kind = '', name = ''] of objects.toReversed()) await tx.query(`drop ${kind} if exists ${name}`);
  return async () => {
    for (const file of sql) await tx.query(file);
    for (const { view, statement } of grants) {
      const { rows } = await tx.query<{ there: boolean }>('select to_regclass($1) is not null as there', [view]);
      if (rows[0]?.there === true) await tx.query(statement);
    }
    await tx.query(
      `insert into importer.view_definitions (hash) values ($1)
       on conflict (hash) do update set made_at = clock_timestamp()`,
      [hash],
    );
  };
};
