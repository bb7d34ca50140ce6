import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScheduleActivities } from '../../activities/connection/schedules.js';
import type { Deps } from '../../activities/deps.js';
import type { Day } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { dailyScheduleId, workflowTypes } from '../../domain/ids.js';
import { lockPlanning } from '../../store/import/ledger.js';
import { createDailySchedules } from '../../temporal/daily-schedules.js';
import { openStage, type Stage, until } from './stage.js';

/* What a cancellation, a wait, or a Postgres that was restored to an earlier moment leaves of imports: nothing. */

/** Temporal's PENDING_ACTIVITY_STATE_CANCEL_REQUESTED. */
const CANCEL_REQUESTED = 3;
const CANCELLED = { cause: { name: 'CancelledFailure' } };
/** Jobs that X does not finish. */
const SLOW = { kind: 'job_slow', seconds: 86_400 };
const range = { from: '2026-01-01' as Day, to: '2026-01-20' as Day };

let stage: Stage;
let connectionId: ConnectionId;
let accountId: AccountId;
beforeAll(async () => {
  stage = await openStage({ ads: 6, days: 60, now: '2026-01-25T12:00:00Z' });
  connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'none' } });
  accountId = (await stage.importer.status(connectionId)).accounts[0]?.accountId ?? '';
});
afterAll(() => stage[Symbol.asyncDispose]());

const begin = async () => {
  const { workflowIds } = await stage.importer.backfill(connectionId, { ...range, refetch: true });
  return stage.temporal.workflow.getHandle(workflowIds[0] ?? '');
};
type Import = Awaited<ReturnType<typeof begin>>;

const pending = async (handle: Import) => (await handle.describe()).raw.pendingActivities ?? [];
const runOf = async ({ workflowId }: Import) =>
  (await stage.importer.status(connectionId)).runs.find((run) => run.workflowId === workflowId);
const jobsComputedAtX = async (): Promise<readonly string[]> => {
  const { jobs } = (await stage.control('GET', 'requests')) as { jobs: readonly { id: string; status: string }[] };
  return jobs.filter(({ status }) => status === 'PROCESSING').map(({ id }) => id);
};
const computedAtX = async (): Promise<number> => (await jobsComputedAtX()).length;
/** All its jobs are at X. */
const untilAtX = (handle: Import) =>
  until(async () => {
    const run = await runOf(handle);
    return run && run.planned === 0 && run.inFlight > 0 && run.inFlight === (await computedAtX()) ? run : undefined;
  });
const open = async (): Promise<number> => {
  const { rows } = await stage.db.query(`select from importer.ledger where state = 'open'`);
  return rows.length;
};

test('an import that is cancelled while it plans ends after its planning, and holds nothing', async () => {
  const handle = await stage.db.transaction(async (tx) => {
    await lockPlanning(tx, accountId);
    const backfill = await begin();
    await until(async () => {
      const { rows } = await stage.db.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0 || undefined;
    });
    await backfill.cancel();
    await until(
      async () => (await pending(backfill)).some(({ state }) => Number(state) === CANCEL_REQUESTED) || undefined,
    );
    expect((await backfill.describe()).status.name).toBe('RUNNING');
    return backfill;
  });
  await expect(handle.result()).rejects.toMatchObject(CANCELLED);
  expect(await runOf(handle)).toMatchObject({ state: 'cancelled' });
  expect(await open()).toBe(0);
});

test('an import that waits for another adds nothing to its history meanwhile, and goes on when the other ends', async () => {
  await stage.faults(SLOW);
  const first = await begin();
  await untilAtX(first);
  const second = await begin();
  const waits = async (attempts: number) => {
    const [activity] = await until(async () => {
      const all = await pending(second);
      return all.some(
        ({ activityType, attempt }) => activityType?.name === 'awaitOtherRuns' && (attempt ?? 0) >= attempts,
      )
        ? all
        : undefined;
    });
    expect(activity?.lastFailure?.applicationFailureInfo?.type).toBe('AnotherRun');
    return (await second.describe()).historyLength;
  };
  expect(await waits(5)).toBe(await waits(2));
  const jobsOfFirst = await jobsComputedAtX();
  await first.cancel();
  await expect(first.result()).rejects.toMatchObject(CANCELLED);
  // The second may have jobs there by now.
  expect((await jobsComputedAtX()).filter((id) => jobsOfFirst.includes(id))).toEqual([]);
  await untilAtX(second);
  await second.cancel();
  await expect(second.result()).rejects.toMatchObject(CANCELLED);
  expect([await open(), await computedAtX()]).toEqual([0, 0]);
});

test('an import whose run Postgres does not know ends itself, and its jobs at X are cancelled', async () => {
  const handle = await begin();
  const { runId } = await untilAtX(handle);
  // The workflow knows the jobs that it must have cancelled, once they are all submitted.
  await until(
    async () => (await pending(handle)).every(({ activityType }) => activityType?.name !== 'submitJobs') || undefined,
  );
  // As after a restore to a moment before the run.
  await stage.db.transaction(async (tx) => {
    for (const table of ['ledger', 'jobs', 'slices', 'asks'])
      await tx.query(`delete from importer.${table} where run_id = $1`, [runId]);
    await tx.query('delete from importer.import_runs where id = $1', [runId]);
  });
  await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'run_unknown' } } });
  expect(await computedAtX()).toBe(0);
  await stage.faults();
});

test('a schedule whose resumption is cut off makes up for what was missed when the resumption is repeated', async () => {
  const schedules = createDailySchedules(stage.temporal.schedule, 'importer', workflowTypes.dailySync);
  const cutOff = { ...schedules, trigger: () => Promise.reject(new Error('the worker was killed')) };
  const handle = stage.temporal.schedule.getHandle(dailyScheduleId(accountId));
  await stage.importer.pause(connectionId, 'holidays');
  await until(async () => ((await handle.describe()).state.paused ? true : undefined));
  const ran = (await handle.describe()).info.numActionsTaken;
  await stage.db.query(`update importer.connections set phase = 'active', pause_note = null where id = $1`, [
    connectionId,
  ]);
  const resume = (given: typeof schedules) =>
    new MockActivityEnvironment(undefined, { logger: new DefaultLogger('ERROR') }).run(
      (input: { connectionId: ConnectionId }) =>
        createScheduleActivities({ db: stage.db, schedules: given } as Deps).syncSchedules(input),
      { connectionId },
    );
  await expect(resume(cutOff)).rejects.toThrow('the worker was killed');
  await resume(schedules);
  await until(async () => ((await handle.describe()).info.numActionsTaken > ran ? true : undefined));
  expect((await handle.describe()).state.paused).toBe(false);
  await stage.importer.resume(connectionId);
});

test('a connection that Postgres does not know ends itself at its self-check, with its schedules', async () => {
  await stage.untilPhase(connectionId, 'active');
  const unknown = await stage.signIn({ selfCheckSeconds: 2 });
  await stage.importer.choose(unknown, { history: { kind: 'none' } });
  await stage.untilPhase(unknown, 'active');
  await until(async () => {
    const { runs } = await stage.importer.status(connectionId);
    return runs.every(({ state }) => state !== 'running') || undefined;
  });
  // As after a restore to a moment before any connection.
  await stage.db.query(
    `truncate importer.import_runs, importer.grants, importer.oauth_requests, importer.connections cascade`,
  );
  await stage.handle(unknown).result();
  const gone = stage.temporal.schedule.getHandle(dailyScheduleId(accountId)).describe();
  await expect(gone).rejects.toMatchObject({ name: 'ScheduleNotFoundError' });
});
