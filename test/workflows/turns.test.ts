import { expect, test } from 'vitest';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { openStage, until } from './stage.js';

const ACCOUNTS = 5;
const AT_ONCE = 2;

test('histories begin in turns: after a choice, after a pause and in a continued workflow no more than so many go on at once', async () => {
  await using stage = await openStage({ accounts: ACCOUNTS, ads: 1, days: 40 });
  const { db, importer } = stage;
  await stage.faults({ kind: 'job_slow', seconds: 3_600 });
  const connectionId = await stage.signIn({ historiesAtOnce: AT_ONCE, continueAsNewEvents: 60 });
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  const standing = async () => {
    const { accounts, runs } = await importer.status(connectionId);
    return {
      begun: runs.filter(({ kind, state, inFlight }) => kind === 'history' && state === 'running' && inFlight > 0)
        .length,
      waiting: accounts.filter(({ waitsForTurn }) => waitsForTurn === true).length,
    };
  };
  await until(async () => {
    const { begun, waiting } = await standing();
    return (begun === AT_ONCE && waiting === ACCOUNTS - AT_ONCE) || undefined;
  });
  const { currentDetails } = await stage
    .handle(connectionId)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(currentDetails).toContain('2 backfilling, 3 waiting for their turn');

  await importer.pause(connectionId, 'a test');
  await until(async () => (await standing()).begun === 0 || undefined);
  await stage.faults();
  await importer.resume(connectionId);
  await importer.waitForBackfill(connectionId, { interval: 100 });
  const { accounts } = await importer.status(connectionId);
  expect(accounts.map(({ status, waitsForTurn }) => waitsForTurn ?? status)).toEqual(accounts.map(() => 'up_to_date'));
  const { rows } = await db.query<{ most: number }>(
    `select max((select count(*)::int from importer.import_runs o where o.kind = 'history'
       and o.started_at <= r.started_at and coalesce(o.ended_at, 'infinity') > r.started_at)) as most
     from importer.import_runs r where r.kind = 'history'`,
  );
  expect(rows).toEqual([{ most: AT_ONCE }]);
  const { rows: ranges } = await db.query<{ id: string; from: string; to: string }>(
    'select account_id as id, min(day)::text as from, max(day)::text as to from importer.facts group by 1',
  );
  expect(ranges).toHaveLength(ACCOUNTS);
  const comparison = newComparison();
  for (const { id, ...range } of ranges)
    await compareAccount(db, stage.url, id, range as Parameters<typeof compareAccount>[3], comparison);
  expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
});
