import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { assertSchema, migrate, SchemaMismatch } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
import { VIEW_FILES } from '../../store/views.js';
import { createEmptyDatabase } from '../support/database.js';

const withEmptyDatabase = async (work: (url: string) => Promise<void>): Promise<void> => {
  const database = await createEmptyDatabase();
  try {
    await work(database.url);
  } finally {
    await database.drop();
  }
};

test('migrators at the same time wait for one another; one applies everything, in order, the others nothing', () =>
  withEmptyDatabase(async (url) => {
    const all = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    const applied = all.filter((names) => names.length > 0);
    expect(applied).toHaveLength(1);
    expect(applied[0]).toEqual(applied[0]?.toSorted());
    expect(applied[0]?.[0]).toBe('0001_people_and_connections');
    expect(await migrate(url)).toEqual([]);
    await using db = createPool(url);
    await expect(assertSchema(db)).resolves.toBeUndefined();
    const { rows } = await db.query('select name from app.workspaces');
    expect(rows).toEqual([{ name: 'Default workspace' }]);
  }));

test('an empty or older schema is refused with the command that cures it', () =>
  withEmptyDatabase(async (url) => {
    await using db = createPool(url);
    await expect(assertSchema(db)).rejects.toThrow(SchemaMismatch);
    await expect(assertSchema(db)).rejects.toThrow('migrate, then start again');
    await migrate(url);
    await db.query(`delete from importer.migrations where name like '0005%'`);
    await expect(assertSchema(db)).rejects.toThrow('lacks the migration 0005_rate_limit_windows');
  }));

test('a newer schema is refused, by processes and by the migrator', () =>
  withEmptyDatabase(async (url) => {
    await migrate(url);
    await using db = createPool(url);
    await db.query(`insert into importer.migrations (name, run_on) values ('9999_from_the_future', now())`);
    await expect(assertSchema(db)).rejects.toThrow('9999_from_the_future');
    await expect(migrate(url)).rejects.toThrow('migrated by a newer version');
  }));

test('a migration that fails leaves the schema as it was', () =>
  withEmptyDatabase(async (url) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      await client.query('create schema importer; create table importer.receipts (in_the_way int)');
      await expect(migrate(url)).rejects.toThrow('already exists');
      const { rows } = await client.query(`select to_regclass('importer.connections') as connections`);
      expect(rows).toEqual([{ connections: null }]);
      await client.query('drop table importer.receipts');
      expect((await migrate(url)).length).toBeGreaterThan(0);
    } finally {
      await client.end();
    }
  }));

test('views that are older than the program are refused with the command that cures it, and made anew by it', () =>
  withEmptyDatabase(async (url) => {
    await migrate(url);
    await using db = createPool(url);
    await db.query(`update importer.view_definitions set hash = 'older'`);
    await db.query('create or replace view importer.ads as select * from importer.ads where false');
    await expect(assertSchema(db)).rejects.toThrow('not those of this program: migrate');
    expect(await migrate(url)).toEqual(['views']);
    await expect(assertSchema(db)).resolves.toBeUndefined();
    const { rows } = await db.query<{ ads: string }>(`select pg_get_viewdef('importer.ads'::regclass) as ads`);
    expect(rows[0]?.ads).toContain('PROMOTED_ACCOUNT');
    expect(await migrate(url)).toEqual([]);
  }));

test('views that a newer version has made are refused by processes, and replaced by the migrator', () =>
  withEmptyDatabase(async (url) => {
    await migrate(url);
    await using db = createPool(url);
    await db.query(`insert into importer.view_definitions (hash) values ('newer')`);
    await expect(assertSchema(db)).rejects.toThrow('newer than this program: start the newer version');
    expect(await migrate(url)).toEqual(['views']);
    await expect(assertSchema(db)).resolves.toBeUndefined();
  }));

test('views that are made anew keep who may read them, and partitions their triggers', () =>
  withEmptyDatabase(async (url) => {
    const role = `reader_${randomUUID().replaceAll('-', '')}`;
    await migrate(url);
    await using db = createPool(url);
    try {
      await db.query(`create role ${role}`);
      await db.query(`grant select on importer.daily_ad_metrics to ${role} with grant option`);
      await db.query(`grant select on importer.coverage to public`);
      await db.query(`select importer.ensure_partitions('2026-01-01', '2026-01-31')`);
      await db.query('delete from importer.view_definitions');
      await migrate(url);
      const { rows } = await db.query(
        `select has_table_privilege('${role}', 'importer.daily_ad_metrics', 'select with grant option') as reads,
           has_table_privilege('${role}', 'importer.coverage', 'select') as "readsToo",
           has_table_privilege('${role}', 'importer.ads', 'select') as "readsMore",
           (select count(*) from pg_trigger where tgrelid = 'importer.facts_2026_01'::regclass) as triggers`,
      );
      expect(rows).toEqual([{ reads: true, readsToo: true, readsMore: false, triggers: 2 }]);
    } finally {
      await db.query(`drop owned by ${role}`);
      await db.query(`drop role ${role}`);
    }
  }));

test('a view that cannot be made leaves the schema as it was, tables included', () =>
  withEmptyDatabase(async (url) => {
    await migrate(url);
    await using db = createPool(url);
    await db.query(`delete from importer.view_definitions`);
    await db.query('create view public.ours as select * from importer.ads');
    await expect(migrate(url)).rejects.toThrow('other objects depend on it');
    await expect(db.query('select * from importer.daily_ad_metrics')).resolves.toMatchObject({ rows: [] });
  }));

test('each view and function is defined in one file, and every file of the folder is run', () => {
  const folder = 'store/views';
  const files = readdirSync(folder).map((name) => name.replace(/\.sql$/, ''));
  expect(files.toSorted()).toEqual([...VIEW_FILES].toSorted());
  const names = ['store/migrations', folder].flatMap((room) =>
    readdirSync(room).flatMap((file) =>
      [
        ...readFileSync(`${room}/${file}`, 'utf8').matchAll(
          /^create (?:or replace )?(?:view|function) importer\.(\w+)/gm,
        ),
      ].map(([, name]) => name),
    ),
  );
  expect(names.length).toBeGreaterThan(20);
  expect(names).toEqual([...new Set(names)]);
});
