import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowUpdateFailedError, WorkflowUpdateStage } from '@temporalio/client';
import { expect, test } from 'vitest';
import { lastDueDay } from '../../domain/due.js';
import type { RunSummary } from '../../client/shapes.js';
import { addDays } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { workflowTypes } from '../../domain/ids.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { getAccount } from '../../store/account/accounts.js';
import * as messages from '../../workflows/messages.js';
import { openStage, type Stage, until } from './stage.js';

const DAY_MS = 86_400_000;
/** Jobs that X does not finish. */
const SLOW = { kind: 'job_slow', seconds: 86_400 };

/** X's now so many days ago: what is imported then leaves days for a daily sync today. */
const setDaysAgo = async (stage: Stage, days: number): Promise<void> => {
  const now = new Date(Date.now() - days * DAY_MS).toISOString();
  await stage.control('PUT', 'clock', { now, frozen: true });
};

const connect = async (stage: Stage, waitDays: 1 | 3 = 1): Promise<ConnectionId> => {
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 }, wait: waitDays });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  return connectionId;
};

const accountOf = async (stage: Stage, connectionId: ConnectionId): Promise<AccountId> =>
  (await stage.importer.status(connectionId)).accounts[0]?.accountId ?? '';

const dailyRuns = async (stage: Stage, connectionId: ConnectionId): Promise<readonly RunSummary[]> =>
  (await stage.importer.status(connectionId)).runs.filter(({ kind }) => kind === 'daily');

/** How many jobs X still computes. */
const openAtX = async (stage: Stage): Promise<number> => {
  const { jobs } = (await stage.control('GET', 'requests')) as { jobs: readonly { status: string }[] };
  return jobs.filter(({ status }) => status === 'PROCESSING' || status === 'QUEUED').length;
};

/** Every job of the sync has been made, and X computes it: a create that is under way would be neither here nor there. */
const atX = (stage: Stage, connectionId: ConnectionId): Promise<RunSummary> =>
  until(async () => {
    const runs = await dailyRuns(stage, connectionId);
    const open = await openAtX(stage);
    return runs.find(({ planned, inFlight }) => planned === 0 && inFlight > 0 && inFlight === open);
  });

const untilState = (stage: Stage, connectionId: ConnectionId, runId: string, state: RunSummary['state']) =>
  until(async () => (await dailyRuns(stage, connectionId)).find((run) => run.runId === runId && run.state === state));

/** What a run holds: claims on entity-days, and jobs that X still computes. */
const held = async (stage: Stage, runId: string): Promise<{ claims: number; jobs: number }> => {
  const { rows } = await stage.db.query<{ claims: number; jobs: number }>(
    `select (select count(*)::int from importer.ledger l join importer.slices s on s.id = l.slice_id
             where s.run_id = $1 and l.state = 'open') as claims,
       (select count(*)::int from importer.jobs
        where run_id = $1 and state in ('creating', 'processing', 'ready')) as jobs`,
    [runId],
  );
  return rows[0] ?? { claims: -1, jobs: -1 };
};

const endOf = async (stage: Stage, workflowId: string): Promise<string> =>
  until(async () => {
    const { status } = await stage.temporal.workflow.getHandle(workflowId).describe();
    return status.name === 'RUNNING' ? undefined : status.name;
  });

test('pausing ends a daily sync that runs, and its jobs at X; resuming imports what it had begun', async () => {
  await using stage = await openStage({ ads: 4, days: 60 });
  await setDaysAgo(stage, 3);
  const connectionId = await connect(stage);
  const accountId = await accountOf(stage, connectionId);
  await setDaysAgo(stage, 0);
  await stage.faults(SLOW);
  await stage.importer.sync(connectionId);
  const { runId, workflowId } = await atX(stage, connectionId);
  expect(await openAtX(stage)).toBeGreaterThan(0);

  await stage.importer.pause(connectionId, 'invoice under dispute');
  await untilState(stage, connectionId, runId, 'cancelled');
  expect(await endOf(stage, workflowId)).toBe('CANCELLED');
  expect(await held(stage, runId)).toEqual({ claims: 0, jobs: 0 });
  expect(await openAtX(stage)).toBe(0);
  const paused = await stage.importer.status(connectionId);
  expect(paused).toMatchObject({ phase: 'paused', note: 'invoice under dispute' });
  expect(paused.runs.filter(({ state }) => state === 'running')).toEqual([]);

  await stage.faults();
  await stage.importer.resume(connectionId);
  const next = await until(async () =>
    (await dailyRuns(stage, connectionId)).find(({ state, landed }) => state === 'completed' && landed > 0),
  );
  const zones = (await getAccount(stage.db, accountId))?.zones ?? [];
  const due = lastDueDay(new Date().toISOString(), zones, 1);
  expect(next.range.to).toBe(due);
  const comparison = newComparison();
  await compareAccount(stage.db, stage.url, accountId, { from: addDays(due, -29), to: due }, comparison);
  expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  expect((await stage.importer.status(connectionId)).note).toBeUndefined();
});

test("pausing one of two connections on an account leaves the other's daily sync alone, and gives its own away", async () => {
  await using stage = await openStage({ ads: 4, days: 60 });
  await setDaysAgo(stage, 4);
  // The shortest wait does the sync.
  const first = await connect(stage);
  const second = await connect(stage, 3);
  await setDaysAgo(stage, 0);
  await stage.faults(SLOW);
  await stage.importer.sync(first);
  const { runId } = await atX(stage, first);

  await stage.importer.pause(second, 'not its sync');
  await wait(2_000);
  expect((await dailyRuns(stage, first)).map((run) => [run.runId, run.state])).toEqual([[runId, 'running']]);
  await stage.importer.resume(second);

  await stage.importer.pause(first, 'its own');
  await untilState(stage, first, runId, 'cancelled');
  const taken = await atX(stage, second);
  expect((await dailyRuns(stage, first)).some(({ state }) => state === 'running')).toBe(false);
  expect(taken.state).toBe('running');
});

/** A daily sync that has handed over with its jobs at X: what its next history begins with. */
const handedOver = async (stage: Stage) => {
  await setDaysAgo(stage, 3);
  const connectionId = await connect(stage);
  const accountId = await accountOf(stage, connectionId);
  await setDaysAgo(stage, 0);
  await stage.faults(SLOW);
  await stage.importer.sync(connectionId);
  const { runId, range, workflowId } = await atX(stage, connectionId);
  await stage.temporal.workflow.getHandle(workflowId).terminate();
  expect((await held(stage, runId)).claims).toBeGreaterThan(0);
  return { runId, connectionId, accountId, kind: 'daily', planned: range } as const;
};

test('a daily sync that goes on in a new history when nobody can import any more gives up its claims and its jobs', async () => {
  await using stage = await openStage({ ads: 4, days: 60 });
  const run = await handedOver(stage);
  const { runId, connectionId, accountId } = run;
  await stage.importer.pause(connectionId, 'in between');
  const imported: unknown = await stage.temporal.workflow.execute(workflowTypes.dailySync, {
    workflowId: `sync-now/${accountId}`,
    taskQueue: 'importer',
    args: [{ accountId, run }],
  });
  expect(imported).toBeNull();
  const [ended] = await dailyRuns(stage, connectionId);
  expect(ended).toMatchObject({ state: 'cancelled', reason: expect.stringMatching(/can import/) });
  expect(await held(stage, runId)).toEqual({ claims: 0, jobs: 0 });
  expect(await openAtX(stage)).toBe(0);
});

test('a daily sync that is cancelled at the first moment of a new history gives up its claims and its jobs', async () => {
  await using stage = await openStage({ ads: 4, days: 60 });
  const run = await handedOver(stage);
  const { runId, connectionId, accountId } = run;
  const next = await stage.temporal.workflow.start(workflowTypes.dailySync, {
    workflowId: `sync-now/${accountId}`,
    taskQueue: 'importer',
    args: [{ accountId, run }],
    // So that it is cancelled before it has done anything.
    startDelay: '2 seconds',
  });
  await next.cancel();
  expect(await endOf(stage, next.workflowId)).toBe('CANCELLED');
  expect((await dailyRuns(stage, connectionId))[0]?.state).toBe('cancelled');
  expect(await held(stage, runId)).toEqual({ claims: 0, jobs: 0 });
  expect(await openAtX(stage)).toBe(0);
});

test('a manual backfill that was let in while a pause waited is refused when its turn comes, and whoever asked hears why', async () => {
  await using stage = await openStage({ ads: 2, days: 40 });
  const connectionId = await connect(stage);
  const accountId = await accountOf(stage, connectionId);
  const [{ range } = { range: undefined }] = (await stage.importer.status(connectionId)).runs;
  if (range === undefined) throw new Error('nothing was imported');
  const connection = stage.handle(connectionId);
  const requestId = randomUUID();
  const asked = await stage.db.transaction(async (tx) => {
    // Whatever the connection does now waits for this row to write its phase.
    await tx.query('select from importer.connections where id = $1 for update', [connectionId]);
    await connection.signal(messages.credentialsRestoredSignal);
    await connection.executeUpdate(messages.pauseUpdate, { args: [{ note: 'holidays' }] });
    return connection.startUpdate(messages.backfillUpdate, {
      args: [{ requestId, accounts: [accountId], range, refetch: true }],
      waitForStage: WorkflowUpdateStage.ACCEPTED,
    });
  });
  const refused = await asked.result().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(WorkflowUpdateFailedError);
  expect((refused as WorkflowUpdateFailedError).cause?.message).toBe('The connection is paused; resume it first.');
  await stage.untilPhase(connectionId, 'paused');
  expect((await stage.importer.cancelBackfills(connectionId)).workflowIds).toEqual([]);
  const { runs } = await stage.importer.status(connectionId);
  expect(runs.filter(({ kind }) => kind === 'manual')).toEqual([]);

  // It is asked for again under the same name when the connection goes on.
  await stage.importer.resume(connectionId);
  const { workflowIds } = await stage.importer.backfill(connectionId, { ...range, refetch: true, requestId });
  await stage.importer.waitForWorkflows(connectionId, workflowIds, { interval: 100 });
});
