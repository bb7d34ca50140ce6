import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDayCounts } from '../../client/day-counts.js';
import { OPERATOR } from '../../domain/viewer.js';
import { saveGrants } from '../../store/connection/grants.js';
import { countCoverage, grantDays } from '../../store/reports/account-days.js';
import { addAccounts, addConnection, addRun, openStore, type TestStore } from './database.js';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await addAccounts(store.db, 'a1');
});
afterAll(() => store[Symbol.asyncDispose]());

const ask = (runId: string, first: string, last: string): Promise<unknown> =>
  store.db.query(
    `insert into importer.asks (account_id, run_id, level, window_from, window_to, first_day, last_day, observed_at, response_sha256)
     select 'a1', $1, level, $2::date, $3::date + 1, $2, $3, $3::date + 1, 'x'
     from unnest(enum_range(null::importer.level)) level`,
    [runId, first, last],
  );

test('days are counted anew once a run has begun or ended, and after landed days were taken out', async () => {
  const { db } = store;
  const connectionId = await addConnection(db);
  await saveGrants(db, connectionId, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  const read = async () => (await grantDays(db, OPERATOR, [connectionId]))[0];
  expect(await read()).toMatchObject({ asked: false, landed: false, stale: true, complete: [], jobsLeft: 0 });

  const runId = await addRun(db, 'a1');
  await ask(runId, '2026-01-01', '2026-03-31');
  expect(await countCoverage(db, 'a1')).toEqual({
    accountId: 'a1',
    complete: [{ from: '2026-01-01', to: '2026-03-31' }],
    unavailable: [],
  });
  expect(await read()).toMatchObject({ asked: true, complete: [{ from: '2026-01-01', to: '2026-03-31' }] });

  await db.query(`update importer.import_runs set state = 'completed', ended_at = now() where id = $1`, [runId]);
  expect(await read()).toMatchObject({ stale: true });
  await countCoverage(db, 'a1');
  expect(await read()).toMatchObject({ stale: false });

  const slow = await createDayCounts().read(db, ['a1'], 60_000);
  expect(slow.get('a1')?.complete).toHaveLength(1);
});

test('an edit counts, and what the importer itself notes does not', async () => {
  const { db } = store;
  const id = await addConnection(db);
  const version = async () =>
    (await db.query<{ version: number }>('select version from importer.connections where id = $1', [id])).rows[0]
      ?.version;
  expect(await version()).toBe(1);
  await db.query(`update importer.connections set phase = 'choosing' where id = $1`, [id]);
  expect(await version()).toBe(1);
  await db.query(`update importer.connections set display_name = 'B' where id = $1`, [id]);
  expect(await version()).toBe(2);
});
