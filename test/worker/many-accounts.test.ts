import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Activities, createActivities } from '../../activities/index.js';
import type { Deps } from '../../activities/deps.js';
import { backfillWorkflowId, dailyScheduleId } from '../../domain/ids.js';
import { listGrants } from '../../store/connection/grants.js';
import { temporalDeps } from '../../worker/create.js';
import { openSite, type Site } from '../activities/site.js';
import { attempt } from '../support/attempt.js';
import { WAIT_MS } from '../support/until.js';
import { newNamespace, newTaskQueues, temporalAddress } from '../support/temporal.js';

const ACCOUNTS = 40;

let site: Site;
let connection: NativeConnection;
let client: Client;
let temporal: Pick<Deps, 'workflows' | 'schedules'>;
let connectionId = '';
let accounts: readonly string[] = [];
beforeAll(async () => {
  site = await openSite({ accounts: ACCOUNTS, ads: 1 });
  connection = await NativeConnection.connect({ address: temporalAddress() });
  // No worker serves the queue: what is started stays open.
  const namespace = await newNamespace();
  client = new Client({ connection, namespace });
  temporal = temporalDeps({ connection, namespace }, newTaskQueues().importer);
  ({ connectionId } = await site.choose());
  await site.call('recordPhase', { connectionId, phase: 'active' });
  accounts = (await listGrants(site.db, connectionId)).map(({ accountId }) => accountId);
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await connection.close();
});

/** Temporal, which fails once, in the middle; and how many calls it had open at most. */
const failingOnce = () => {
  let [calls, open, most] = [0, 0, 0];
  const watched =
    <A extends unknown[], R>(call: (...input: A) => Promise<R>) =>
    async (...input: A): Promise<R> => {
      calls += 1;
      if (calls === ACCOUNTS / 2) throw new Error('Temporal is away');
      open += 1;
      most = Math.max(most, open);
      return call(...input).finally(() => (open -= 1));
    };
  const { workflows, schedules } = temporal;
  return {
    calls: () => calls,
    most: () => most,
    deps: {
      workflows: {
        ...workflows,
        startBackfill: watched((backfill) => workflows.startBackfill(backfill)),
        cancel: watched((workflowId) => workflows.cancel(workflowId)),
      },
      schedules: { ...schedules, set: watched((spec) => schedules.set(spec)) },
    } satisfies Partial<Deps>,
  };
};

type Name = keyof Activities & ('startBackfills' | 'syncSchedules' | 'stopHistories');
const isOpen = (accountId: string) => temporal.workflows.isOpen(backfillWorkflowId(connectionId, accountId));
const isCancelled = async (accountId: string) => {
  const { raw } = await client.workflow.getHandle(backfillWorkflowId(connectionId, accountId)).describe();
  return raw.workflowExtendedInfo?.cancelRequested === true;
};
const isScheduled = async (accountId: string) =>
  !(await temporal.schedules.set({ ...ANY_TIME, scheduleId: dailyScheduleId(accountId), accountId })).created;
const ANY_TIME = { timezone: 'Europe/Berlin', at: '10:00' };

test.each<[Name, unknown, (accountId: string) => Promise<boolean>]>([
  // None was started before: each was started once.
  ['startBackfills', { running: [] }, isOpen],
  ['syncSchedules', { created: 1 }, isScheduled],
  ['stopHistories', undefined, isCancelled],
])('%s does many accounts side by side, and a second attempt does only what failed', async (name, answer, isDone) => {
  const { calls, most, deps } = failingOnce();
  const work = async (): Promise<unknown> =>
    createActivities({ ...site.deps, ...deps })[name]({ connectionId, accounts, portionMs: WAIT_MS });
  const first = await attempt(work);
  expect(first).toMatchObject({ error: { message: 'Temporal is away' } });
  expect(first.kept).toHaveLength(ACCOUNTS - 1);
  expect(await attempt(work, first.kept)).toMatchObject({ value: answer });
  expect(calls()).toBe(ACCOUNTS + 1);
  expect(most()).toBeGreaterThan(1);
  expect(await Promise.all(accounts.map(isDone))).toEqual(accounts.map(() => true));
});

test('schedules are brought up to date in portions, each account once', async () => {
  const seen: string[] = [];
  const { schedules } = temporal;
  const set = (spec: Parameters<typeof schedules.set>[0]) => {
    seen.push(spec.accountId);
    return schedules.set(spec);
  };
  const activities = createActivities({ ...site.deps, ...temporal, schedules: { ...schedules, set } });
  const portion = async (from?: string): Promise<void> => {
    const which = { connectionId, portionMs: 0, ...(from === undefined ? {} : { from }) };
    const done = await attempt(() => activities.syncSchedules(which));
    expect(done).not.toHaveProperty('error');
    const { next } = 'value' in done ? (done.value as { readonly next?: string }) : {};
    if (next !== undefined) await portion(next);
  };
  await portion();
  expect(seen).toEqual(accounts.toSorted());
});
