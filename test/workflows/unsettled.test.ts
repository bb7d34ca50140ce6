import { expect, test } from 'vitest';
import { getConnection } from '../../store/connection/connections.js';
import * as messages from '../../workflows/messages.js';
import { openStage, until } from './stage.js';

test('while an activity fails for good the connection pauses, resumes, refuses a choice and disconnects, and what it could not do is done when it can', async () => {
  await using stage = await openStage({ accounts: 1, ads: 2, days: 60 });
  const { db, importer } = stage;
  const connectionId = await stage.signIn({ boundSeconds: 2 });
  await stage.faults({ kind: 'job_slow', seconds: 3_600 });
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  const [account] = (await importer.status(connectionId)).accounts;
  const accountId = account?.accountId ?? '';
  const row = async () => (await getConnection(db, connectionId))?.phase;
  const grant = async () => {
    const now = await stage.state(connectionId);
    return 'grants' in now ? now.grants[accountId] : undefined;
  };
  const untilState = (wanted: string) =>
    until(async () => ((await stage.state(connectionId)).phase === wanted ? true : undefined));
  await db.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'a disk is full'; end $$`,
  );
  /** Postgres takes no word about connections and grants, until it is called again. */
  const writes = async (possible: boolean): Promise<void> => {
    for (const table of ['connections', 'grants'])
      await db.query(
        possible
          ? `drop trigger refused on importer.${table}`
          : `create trigger refused before update on importer.${table} for each row execute function refuse()`,
      );
  };

  await writes(false);
  await stage.handle(connectionId).executeUpdate(messages.pauseUpdate, { args: [{ note: 'a test' }] });
  await untilState('paused');
  expect(await row()).toBe('active');
  await stage.handle(connectionId).executeUpdate(messages.resumeUpdate);
  await untilState('active');
  const notStarted = { status: 'backfilling', problem: { code: 'history_not_started' } };
  expect(await grant()).toMatchObject(notStarted);
  const choice = { accounts: 'all', history: { kind: 'days', days: 30 }, wait: 3 } as const;
  await stage.handle(connectionId).executeUpdate(messages.chooseUpdate, { args: [choice] });
  const refused = await until(async () => {
    const now = await stage.state(connectionId);
    return now.phase === 'active' && now.problem ? now : undefined;
  });
  expect(refused).toMatchObject({ choice: { wait: 1 }, problem: { nextStep: 'a disk is full' } });

  await writes(true);
  await until(async () => ((await grant())?.problem === undefined ? true : undefined));
  expect(await row()).toBe('active');
  await stage.faults();
  // Its jobs were to take an hour.
  await stage.control('PUT', 'clock', { advance_seconds: 3_600 });
  await importer.waitForBackfill(connectionId, { interval: 100 });
  expect(await until(async () => ((await grant())?.status === 'up_to_date' ? grant() : undefined))).toEqual({
    status: 'up_to_date',
  });

  await writes(false);
  await stage.handle(connectionId).executeUpdate(messages.disconnectUpdate, {
    args: [{ reason: 'a test', deleteData: false }],
  });
  await untilState('disconnected');
  expect(await row()).toBe('active');
  await writes(true);
  await stage.handle(connectionId).result();
  expect(await row()).toBe('disconnected');
});
