import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { getConnection } from '../../store/connection/connections.js';
import { importedBefore } from '../../store/import/runs.js';
import { countCoverage } from '../../store/reports/account-days.js';
import { openSite, rowsOf, type Site } from './site.js';

let site: Site;

beforeAll(async () => {
  site = await openSite({ accounts: 2, ads: 5, days: 60 });
});
afterAll(() => site[Symbol.asyncDispose]());

/** The tables of the importer that have a column for the account, by the catalogue. */
const tablesWithAccount = async (): Promise<readonly string[]> =>
  (
    await rowsOf<{ name: string }>(
      site.db,
      `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.relnamespace = 'importer'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and a.attname = 'account_id' and not a.attisdropped order by 1`,
    )
  ).map(({ name }) => name);

/** In how many rows of each table some text is, whatever the column. */
const mentions = async (text: string): Promise<Readonly<Record<string, number>>> => {
  const tables = await rowsOf<{ name: string }>(
    site.db,
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname in ('importer', 'app') and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  );
  const found: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await rowsOf<{ count: number }>(
      site.db,
      `select count(*) as count from ${name} t where t::text like '%' || $1 || '%'`,
      [text],
    );
    if (row !== undefined && row.count > 0) found[name.replace('importer.', '')] = row.count;
  }
  return found;
};

/** What an import fills only now and then. */
const fillRest = async (accountId: AccountId, runId: string): Promise<void> => {
  const entity = `'PROMOTED_TWEET', 'ad', 'ALL_ON_TWITTER'`;
  for (const sql of [
    `insert into importer.mobile_facts values ($1, ${entity}, current_date - 2, 1, now(), null)`,
    `insert into importer.mobile_fact_versions values ($1, ${entity}, current_date - 2, 1, now(), null, now())`,
    `insert into importer.fact_versions select f.*, now() from importer.facts f where account_id = $1 limit 1`,
    `insert into importer.entity_versions select e.*, now() from importer.entities e where account_id = $1 limit 1`,
    `insert into importer.blind_check_runs values ('${runId}', $1, current_date, current_date, now(), 1)`,
    `insert into importer.blind_check_days select run_id, ${entity}, 'standard', '{[2026-01-01,2026-01-02]}'
     from importer.blind_check_runs where account_id = $1`,
    `insert into importer.blind_check_findings values ('${runId}', $1, ${entity}, 'standard', current_date, 1, 1, 1)`,
    `insert into importer.rate_limit_windows values ('account:' || $1, 'stats', 1, 1, 1, now())`,
    `insert into importer.tweets (account_id, tweet_id, observed_at) values ($1, 'further', now())`,
    `insert into importer.cards (account_id, card_uri, observed_at) values ($1, 'further', now())`,
    `insert into importer.rolled_up values ($1, 'CAMPAIGN', current_date, 'campaign', 'ALL_ON_TWITTER', 1, '{1}')`,
    `insert into importer.left_out values ('account:' || $1, 'further', $1, '[]', 1, now())`,
  ])
    await site.db.query(sql, [accountId]);
};

const deleteAll = async (connectionId: ConnectionId): Promise<void> => {
  await site.call('disconnectConnection', { connectionId, revoke: false });
  site.openWorkflows.clear();
  expect(await site.call('stopImports', { connectionId })).toEqual({ going: 0 });
  expect(await site.call('deleteData', { connectionId })).toEqual({ left: 0 });
};

const landed = (accountId: AccountId) =>
  rowsOf<{ facts: number; first: string; last: string }>(
    site.db,
    `select count(*) as facts, min(day) as first, max(day) as last from importer.facts where account_id = $1`,
    [accountId],
  );

test('nothing of a deleted account is left in any table, claims and asks of a run that plans included, and what another connection reads stays', async () => {
  const mine = await site.choose();
  const [, other] = (
    await rowsOf<{ id: AccountId }>(site.db, 'select id from importer.accounts order by id = $1 desc', [mine.accountId])
  ).map(({ id }) => id);
  if (other === undefined) throw new Error('there is one account only');
  const sibling = await site.choose({ accounts: [other] });
  const history = await site.plan(mine, { kind: 'history' });
  await site.finish(history);
  await site.call('mirrorCreatives', { runId: history });
  await site.call('closeRun', { runId: history, state: 'completed' });
  await site.finish(await site.plan(sibling, { kind: 'history' }));
  await fillRest(mine.accountId, history);
  // A daily sync that has claimed its days again, and has jobs at X.
  const days = await landed(mine.accountId);
  const range = { from: days[0]?.first, to: days[0]?.last } as never;
  const going = await site.plan(mine, { kind: 'manual', range, refetch: true });
  await site.call('submitJobs', { runId: going });
  await countCoverage(site.db, mine.accountId);
  const before = await mentions(mine.accountId);
  for (const table of await tablesWithAccount())
    expect(before, `${table} holds something to delete`).toHaveProperty(table);
  const kept = await landed(other);
  expect(kept[0]?.facts).toBeGreaterThan(0);

  await deleteAll(mine.connectionId);
  // The sibling's X user lists the account without reading it: what X says about the account itself stays.
  expect(Object.keys(await mentions(mine.accountId)).toSorted()).toEqual([
    'account_access',
    'account_zones',
    'accounts',
  ]);
  expect(await landed(other)).toEqual(kept);
  const connection = await getConnection(site.db, mine.connectionId);
  expect(connection?.deletion).toMatchObject({ accountsLeft: 0, endedAt: expect.any(String) });
  expect(connection?.deletion?.rowsDeleted).toBeGreaterThan(days[0]?.facts ?? 0);

  // A new connection meets nothing of the old one: its days, all of them, and no other.
  expect(await importedBefore(site.db, mine.accountId, '2999-01-01' as never)).toEqual([]);
  const again = await site.choose({ accounts: [mine.accountId], history: { kind: 'days', days: 30 } });
  await site.finish(await site.plan(again, { kind: 'history' }));
  expect(await landed(mine.accountId)).toEqual(days);

  await deleteAll(again.connectionId);
  await deleteAll(sibling.connectionId);
  expect(await mentions(mine.accountId)).toEqual({});
  expect(await mentions(other)).toEqual({});
});

test('what was not deleted at an earlier disconnect is deleted later, and an account that is being deleted cannot be chosen', async () => {
  const first = await site.choose();
  await site.finish(await site.plan(first, { kind: 'history' }));
  await site.call('disconnectConnection', { connectionId: first.connectionId, revoke: false });
  const second = await site.choose({ accounts: 'all', history: { kind: 'none' } });
  // Another connection reads it now: its facts are no longer the first one's to delete.
  await deleteAll(first.connectionId);
  expect((await landed(first.accountId))[0]?.facts).toBeGreaterThan(0);
  await site.call('disconnectConnection', { connectionId: second.connectionId, revoke: false });
  await site.db.query('update importer.accounts set deletion_began_at = now() where id = $1', [first.accountId]);
  await expect(site.choose()).rejects.toMatchObject({ type: 'still_deleted' });
  await deleteAll(second.connectionId);
  expect(await mentions(first.accountId)).not.toHaveProperty('facts');
});
