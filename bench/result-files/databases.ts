import { Client } from 'pg';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { migrate } from '../../store/migrate.js';
import { createPool, type Db } from '../../store/pool.js';
import type { DayRange } from '../../domain/calendar.js';

/** Databases with equal partitions: copies of one that was migrated once. */
export interface Databases {
  /** Runs the task over a fresh copy, which is dropped afterwards. */
  withFresh<T>(task: (db: Db) => Promise<T>): Promise<T>;
}

const TEMPLATE = 'bench_template';
const FRESH = 'bench_fresh';

const at = (url: string, database: string): string => {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
};

const administer = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
};

export const prepareDatabases = async (url: string, range: DayRange): Promise<Databases> => {
  await administer(url, `create database ${TEMPLATE}`);
  await migrate(at(url, TEMPLATE));
  const template = createPool(at(url, TEMPLATE));
  await ensurePartitions(template, range.from, range.to);
  await template.end();
  return {
    withFresh: async (task) => {
      await administer(url, `create database ${FRESH} template ${TEMPLATE}`);
      // The worker's own number of sessions.
      const db = createPool(at(url, FRESH), { max: 30 });
      try {
        return await task(db);
      } finally {
        await db.end();
        await administer(url, `drop database ${FRESH} with (force)`);
      }
    },
  };
};
