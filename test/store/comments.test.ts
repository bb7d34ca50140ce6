import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, sqlState } from '../../store/pool.js';
import { makeSqlRole } from '../../store/sql-role.js';
import { openStore, type TestStore } from './database.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

const page = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8');

/** Relations of the schema, with their comments. */
const relations = async (): Promise<ReadonlyMap<string, string | null>> => {
  const { rows } = await store.db.query<{ name: string; text: string | null }>(
    `select relname as name, obj_description(oid, 'pg_class') as text from pg_class
     where relnamespace = 'importer'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition`,
  );
  return new Map(rows.map(({ name, text }) => [name, text]));
};

test('every table and view that people read has a comment, and so has each of its columns', async () => {
  const all = await relations();
  // What runs the importer is named below it, and may change between versions.
  const [forPeople = '', ownUse = ''] = page.split('## How it runs');
  const named = (text: string) =>
    [...text.matchAll(/`(\w+)/g)].map(([, name = '']) => name).filter((name) => all.has(name));
  const own = new Set(named(ownUse.split('## ')[0] ?? ''));
  const read = [...new Set(named(forPeople))].filter((name) => !own.has(name));
  expect(read.length).toBeGreaterThan(20);
  expect(read.filter((name) => all.get(name) === null)).toEqual([]);
  const { rows: silent } = await store.db.query<{ column: string }>(
    `select c.relname || '.' || a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'importer'::regnamespace and c.relname = any ($1) and a.attnum > 0 and not a.attisdropped
       and col_description(c.oid, a.attnum) is null order by 1`,
    [read],
  );
  expect(silent).toEqual([]);
});

test('a role that may read sees facts, coverage and receipts, and no secret, no person and nothing of the schema app', async () => {
  const reader = `reader_${process.pid}`;
  await store.db.query(`create role ${reader}`);
  try {
    await store.db.query('select importer.let_read($1::regrole)', [reader]);
    await store.db.transaction(async (tx) => {
      await tx.query(`set local role ${reader}`);
      for (const name of [
        'daily_ad_metrics',
        'daily_campaign_metrics',
        'coverage',
        'reconciliation',
        'receipts',
        'restatements',
      ])
        await tx.query(`select * from importer.${name} limit 1`);
      await tx.query(`select * from importer.as_of(now()) limit 1`);
    });
    const { rows: open } = await store.db.query<{ column: string }>(
      `select c.oid::regclass || '.' || a.attname as column
       from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where n.nspname in ('importer', 'app') and c.relkind in ('r', 'p', 'v')
         and has_table_privilege($1::name, c.oid, 'select') and has_schema_privilege($1::name, n.oid, 'usage')
         and (n.nspname = 'app' or a.attname ~ 'sealed|secret|token|verifier|key_id|screen_name|created_by|reason_of|mail')`,
      [reader],
    );
    expect(open).toEqual([]);
    const { rows: writes } = await store.db.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'importer'::regnamespace and relkind in ('r', 'p', 'v')
         and has_table_privilege($1::name, oid, 'insert, update, delete, truncate')`,
      [reader],
    );
    expect(writes).toEqual([]);
  } finally {
    await store.db.query(`drop owned by ${reader}`);
    await store.db.query(`drop role ${reader}`);
  }
});

test('a role for dashboards signs in and reads every view, and no table of numbers, entities or people', async () => {
  const name = `dashboards_${process.pid}`;
  const { password } = await makeSqlRole(store.db, name);
  const url = new URL(store.url);
  url.username = name;
  url.password = password ?? '';
  const theirs = createPool(url.href);
  try {
    const views = [...(await relations()).keys()];
    const { rows } = await store.db.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'importer'::regnamespace and relkind = 'v' and relname <> 'coverage'`,
    );
    for (const view of rows) await theirs.query(`select * from importer.${view.name} limit 1`);
    const refused = await Promise.all(
      views
        .filter((view) => !rows.some((row) => row.name === view) && !['accounts', 'account_zones'].includes(view))
        .map((view) => theirs.query(`select from importer.${view}`).then(() => view, sqlState)),
    );
    expect(new Set(refused)).toEqual(new Set(['42501']));
    await expect(theirs.query('create table mine ()')).rejects.toThrow('read-only');
    // Again: as it was.
    expect(await makeSqlRole(store.db, name)).toEqual({ name, password: null });
  } finally {
    await theirs.end();
    await store.db.query(`drop owned by ${name}`);
    await store.db.query(`drop role ${name}`);
  }
});

test('the schema has no function that is not its own', async () => {
  const { rows } = await store.db.query<{ name: string }>(
    `select p.proname as name from pg_proc p join pg_depend d on d.objid = p.oid and d.deptype = 'e'
     where p.pronamespace = 'importer'::regnamespace`,
  );
  expect(rows).toEqual([]);
});

const PAGES = ['README.md', 'docs/data.md', 'docs/operating.md'];
const blocks = PAGES.flatMap((path) =>
  [...readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').matchAll(/^ *```sql\n(.*?)^ *```$/gms)].map(
    ([, sql = '']) => ({ path, sql, begins: sql.trim().split('\n')[0] ?? '' }),
  ),
);

test.each(blocks)('the query of $path that begins with "$begins" runs', async ({ sql }) => {
  await store.db.query(sql);
});

test('the documents have queries at all', () => {
  expect(new Set(blocks.map(({ path }) => path))).toEqual(new Set(PAGES));
});
