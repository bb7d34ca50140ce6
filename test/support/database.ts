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
