import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountsToDelete, deleteAccountData } from '../../store/account/delete-account-data.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import type { Db, Queryable } from '../../store/pool.js';
import { addAccounts, addConnection, openStore, type TestStore } from './database.js';
import { day } from './landing.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store[Symbol.asyncDispose]());

/** The same database, with what happens at each statement. */
const watched = (db: Db, onStatement: () => void): Db => {
  const through = (to: Queryable): Queryable => ({
    query: (sql, params) => {
      onStatement();
      return to.query(sql, params);
    },
  });
  return {
    ...db,
    ...through(db),
    transaction: (work) => db.transaction((tx) => work(Object.assign(Object.create(tx), through(tx)))),
  };
};

test('many accounts are deleted with the statements of a few, a portion at a time, and an interruption loses nothing', async () => {
  const { db } = store;
  const connectionId = await addConnection(db);
  const accounts = Array.from({ length: 20 }, (_, n) => `d${n}`);
  await addAccounts(db, ...accounts);
  await ensurePartitions(db, day('2026-01-01'), day('2026-01-31'));
  for (const sql of [
    `insert into importer.grants (connection_id, account_id, wait_days, ended_at)
     select $1, id, 1, now() from importer.accounts where id like 'd%'`,
    // More runs than a portion takes, and more facts.
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id,
       state, ended_at)
     select gen_random_uuid(), $1, id, '7', 'daily', '2026-01-01', '2026-01-01', 'daily', 'completed', now()
     from importer.accounts, generate_series(1, 120) where id like 'd%'`,
    `insert into importer.facts (account_id, level, entity_id, placement, day, receipt_id, observed_at)
     select id, 'PROMOTED_TWEET', 'ad' || n, 'ALL_ON_TWITTER', '2026-01-01', 1, now()
     from importer.accounts, generate_series(1, 1200) n where id like 'd%' and $1::uuid is not null`,
  ])
    await db.query(sql, [connectionId]);
  const left = async (): Promise<Readonly<Record<string, number>>> => {
    const { rows } = await db.query<Record<string, number>>(
      `select (select count(*) from importer.facts where account_id like 'd%') as facts,
         (select count(*) from importer.import_runs where account_id like 'd%') as runs,
         (select count(*) from importer.accounts where id like 'd%') as accounts,
         (select rows_deleted from importer.connections where id = $1) as deleted`,
      [connectionId],
    );
    return rows[0] ?? {};
  };

  // Interrupted in the first portion: it is finished, and the next is not begun.
  const interruption = new AbortController();
  let statements = 0;
  const counting = watched(db, () => {
    statements += 1;
    if (statements === 8) interruption.abort();
  });
  await deleteAccountData(counting, connectionId, accounts, interruption.signal);
  expect(await left()).toMatchObject({ facts: 4_000, runs: 2_400, deleted: 20_000 });
  expect(await accountsToDelete(db, connectionId)).toHaveLength(20);

  statements = 0;
  await deleteAccountData(counting, connectionId, accounts, new AbortController().signal);
  expect(await left()).toMatchObject({ facts: 0, runs: 0, accounts: 0 });
  expect((await left())['deleted']).toBeGreaterThan(26_400);
  expect(await accountsToDelete(db, connectionId)).toEqual([]);
  // Five for each account would be as many again.
  expect(statements).toBeLessThan(100);
});

test('each foreign key has an index of its columns: a deletion asks for each row whether something refers to it', async () => {
  const { rows } = await store.db.query(
    `select c.conrelid::regclass::text as "table", c.conname as name
     from pg_constraint c join pg_class t on t.oid = c.conrelid
     where c.contype = 'f' and not t.relispartition and t.relnamespace in ('importer'::regnamespace, 'app'::regnamespace)
       and not exists (
         select from pg_index i
         where i.indrelid = c.conrelid and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] = c.conkey
           -- Rows that refer to nothing are all that an index may leave out.
           and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))
     order by 1, 2`,
  );
  expect(rows).toEqual([]);
});
