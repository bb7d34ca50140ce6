import { ScheduleNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { dailyScheduleId } from '../../domain/ids.js';
import { openStage, until } from './stage.js';

test('a schedule that somebody deletes or pauses by hand is restored by the self-check, with a note, and made up for at once', async () => {
  await using stage = await openStage({ ads: 3, days: 30 });
  const connectionId = await stage.signIn({ selfCheckSeconds: 3 });
  await stage.importer.choose(connectionId, { history: { kind: 'none' } });
  const [account] = (await stage.importer.waitForBackfill(connectionId, { interval: 100 })).accounts;
  const schedule = stage.temporal.schedule.getHandle(dailyScheduleId(account?.accountId ?? ''));
  const described = () =>
    schedule.describe().catch((error: unknown) => {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    });
  const before = await until(described);
  expect(before.state.note ?? '').toBe('');

  await schedule.delete();
  const restored = await until(async () => {
    const now = await described();
    return now?.state.note ? now : undefined;
  });
  expect(restored.spec).toEqual(before.spec);
  expect(restored.state).toMatchObject({
    paused: false,
    note: expect.stringMatching(/^Restored by the daily self-check/),
  });
  // What was due while it was gone is imported now.
  const recent = async (): Promise<number> => (await schedule.describe()).info.numActionsTaken;
  await until(async () => ((await recent()) > 0 ? true : undefined));

  const ran = await recent();
  await schedule.pause('I wonder what this does');
  const resumed = await until(async () => {
    const { state } = await schedule.describe();
    return state.paused ? undefined : state;
  });
  expect(resumed.note).toMatch(/^Resumed by the daily self-check/);
  await until(async () => ((await recent()) > ran ? true : undefined));

  // A pause of the connection is a change, and stays: it has its own note.
  await stage.importer.pause(connectionId, 'holidays');
  const paused = await until(async () => {
    const { state } = await schedule.describe();
    return state.paused ? state : undefined;
  });
  expect(paused.note).toMatch(/paused/);
  await stage.importer.disconnect(connectionId);
  await stage.handle(connectionId).result();
  expect(await described()).toBeUndefined();
});
