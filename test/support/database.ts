import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { templateDatabase } from './servers.js';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** A database of the test's own with the whole schema, copied from one that was migrated once, which takes 50 ms. */
export const createDatabase = async (template: string = templateDatabase): Promise<TestDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name} template ${template}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: async () => await administer(`drop database if exists ${name} with (force)`) };
};

/**
 * Lets the sessions that begin from now on see another time: Postgres looks for its functions in `shifted` first. Negative
 * for a clock that is behind.
 */
export const shiftClock = async (databaseUrl: string, seconds: number): Promise<void> => {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('create schema shifted');
    for (const name of ['now', 'clock_timestamp'])
      await client.query(
        `create function shifted.${name}() returns timestamptz language sql stable
           as 'select pg_catalog.${name}() + make_interval(secs => ${seconds})'`,
      );
    await client.query(`alter database ${client.escapeIdentifier(client.database ?? '')}
      set search_path = shifted, pg_catalog, public`);
  } finally {
    await client.end();
  }
};

/** A database without any schema, for tests of the migrations themselves. */
export const createEmptyDatabase = async (): Promise<TestDatabase> => await createDatabase('template0');

const administer = async (statement: string): Promise<void> => {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};
