import { Client } from 'pg';
import { expect, test } from 'vitest';
import { assertSchema, migrate, SchemaMismatch } from '../../store/migrate.js';
import { createPool } from '../../store/pool.js';
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
    await expect(assertSchema(db)).rejects.toThrow('npm run migrate');
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
