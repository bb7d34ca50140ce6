import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { ScheduleNotFoundError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { backfillWorkflowId, dailyScheduleId } from '../../domain/ids.js';
import { openRun } from '../../store/import/runs.js';
import { credentialsRejectedSignal } from '../../workflows/messages.js';
import { openStage, until } from './stage.js';

test('a schedule that somebody deletes or pauses by hand is restored by the self-check, with a note, and made up for at once; so is a sign-in whose signal was lost', async () => {
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

  // Another connection of the X user has signed in again, and its signal was lost.
  await stage.db.query(`update importer.credentials set status = 'rejected', rejected_at = now()`);
  const problem = { code: 'CredentialsRejected', nextStep: 'Reconnect.' };
  await stage.handle(connectionId).signal(credentialsRejectedSignal, problem);
  await stage.untilPhase(connectionId, 'needs_reauthorization');
  await stage.db.query(`update importer.credentials set status = 'valid', rejected_at = null`);
  await stage.untilPhase(connectionId, 'active');

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

test('a history that somebody cancels or terminates by hand is started again by the self-check, and runs whose workflow is gone are ended', async () => {
  await using stage = await openStage({ ads: 3, days: 40 });
  const connectionId = await stage.signIn({ selfCheckSeconds: 3 });
  await stage.faults({ kind: 'job_slow', seconds: 86_400 });
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  const { accounts, xUserId = '' } = await stage.importer.status(connectionId);
  const accountId = accounts[0]?.accountId ?? '';
  const backfill = stage.temporal.workflow.getHandle(backfillWorkflowId(connectionId, accountId));
  const seen = new Set<string>();
  /** The next run of the history, when X computes its jobs. */
  const nextRun = async () => {
    const found = await until(async () => {
      const { runs } = await stage.importer.status(connectionId);
      return runs.find(({ runId, inFlight }) => inFlight > 0 && !seen.has(runId));
    });
    seen.add(found.runId);
    return found;
  };
  const grant = async () => {
    const state = await stage.state(connectionId);
    return 'grants' in state ? state.grants[accountId] : undefined;
  };
  const first = await nextRun();
  // One that runs is left alone, and not done once more when it has ended.
  await wait(4_000);
  expect(await grant()).toEqual({ status: 'backfilling' });
  expect((await stage.importer.status(connectionId)).runs).toHaveLength(1);

  await backfill.cancel();
  const second = await nextRun();
  const stateOf = async (id: string) =>
    (await stage.importer.status(connectionId)).runs.find(({ runId }) => runId === id)?.state;
  expect(await stateOf(first.runId)).toBe('cancelled');

  const gone = randomUUID();
  const { range } = second;
  const dead = { id: gone, connectionId, accountId, xUserId, kind: 'manual', range, refetch: false } as const;
  await openRun(stage.db, { ...dead, workflowId: `import/${gone}` });
  await backfill.terminate();
  await nextRun();
  expect(await until(async () => ((await stateOf(gone)) === 'running' ? undefined : stateOf(gone)))).toBe('abandoned');
  // The workflow id of the history is open again; the run of its terminated execution is ended all the same.
  expect(await stateOf(second.runId)).toBe('abandoned');

  await stage.faults();
  await backfill.cancel();
  const { grants } = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  expect(grants).toMatchObject({ total: 1, upToDate: 1 });
  // Postgres knows it first: the workflow's own state follows the activity that records it.
  await until(async () => ((await grant())?.status === 'up_to_date' ? true : undefined));
});
