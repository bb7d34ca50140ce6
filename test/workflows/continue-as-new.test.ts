import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Workflow } from '@temporalio/common';
import { manualBackfillWorkflowId, workflowTypes } from '../../domain/ids.js';
import type { DayRange } from '../../domain/calendar.js';
import type { Backfill } from '../../workflows/backfill.js';
import type { Imported } from '../../workflows/import-run.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { recordHistory } from '../replay/recordings.js';
import { exportHistory } from './history-text.js';
import { openStage, type Stage, until } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ ads: 25, days: 200, jobSeconds: 4 });
});
afterAll(() => stage[Symbol.asyncDispose]());

/** The runs of a workflow, oldest first: each but the last continued as new. */
const runsOf = async (workflowId: string): Promise<readonly string[]> => {
  const first = await stage.temporal.workflow.getHandle(workflowId).describe();
  const runs = [first.runId];
  for (;;) {
    const { events } = await stage.temporal.workflow.getHandle(workflowId, runs[0]).fetchHistory();
    const before = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? '';
    if (before === '') return runs;
    runs.unshift(before);
  }
};

const exportRun = (workflowId: string, runId = '') =>
  exportHistory(stage.temporal.workflow.getHandle<Workflow>(workflowId, runId), '');

test('an import continues as new in the middle of it, and nothing is lost or done twice', async () => {
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'none' } });
  const [account] = (await stage.importer.status(connectionId)).accounts;
  const accountId = account?.accountId ?? '';
  await stage.control('DELETE', 'requests');
  const requestId = randomUUID();
  const workflowId = manualBackfillWorkflowId(connectionId, accountId, requestId);
  const { rows } = await stage.db.query<{ from: string; to: string }>(
    `select (observed_at - interval '100 days')::date as from, (observed_at - interval '3 days')::date as to
     from importer.accounts`,
  );
  const range = (rows[0] ?? { from: '', to: '' }) as DayRange;
  const handle = await stage.temporal.workflow.start<(input: Backfill) => Promise<Imported | null>>(
    workflowTypes.backfill,
    {
      workflowId,
      taskQueue: 'importer',
      args: [{ connectionId, accountId, kind: 'manual', requestId, range, continueAsNewEvents: 30 }],
    },
  );
  const imported = await handle.result();
  const { runs: imports } = await stage.importer.status(connectionId);
  expect(imports).toMatchObject([{ workflowId, requestId, state: 'completed' }]);
  const { rows: slices } = await stage.db.query<{ state: string }>(
    'select state from importer.slices where run_id = $1',
    [imports[0]?.runId],
  );
  expect(slices.length).toBeGreaterThan(0);
  expect(slices.every(({ state }) => state === 'landed')).toBe(true);
  expect(imported).toEqual({ range, landed: slices.length, failed: 0 });
  const { jobs_created: made } = (await stage.control('GET', 'requests')) as { jobs_created: number };
  expect(made).toBe(slices.length);
  const comparison = newComparison();
  await compareAccount(stage.db, stage.url, accountId, range, comparison);
  expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });

  const runs = await runsOf(workflowId);
  expect(runs.length).toBeGreaterThan(1);
  recordHistory('backfill-continued', (await exportRun(workflowId, runs[0])).json);
  recordHistory('backfill-continuation', (await exportRun(workflowId, runs.at(-1))).json);
  await stage.importer.disconnect(connectionId);
});

test('a connection continues as new with its whole state, and goes on answering', async () => {
  const connectionId = await stage.signIn({ continueAsNewEvents: 25 });
  const choice = { accounts: 'all', history: { kind: 'days', days: 30 }, wait: 1 } as const;
  await stage.importer.choose(connectionId, choice);
  const status = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  expect(status.accounts.map((account) => account.status)).toEqual(['up_to_date']);
  await stage.importer.pause(connectionId, 'holidays');
  const paused = await stage.untilPhase(connectionId, 'paused');
  const id = `connection/${connectionId}`;
  const runs = await until(async () => {
    const found = await runsOf(id);
    return found.length > 2 ? found : undefined;
  });
  expect(paused).toMatchObject({ choice, note: 'holidays' });
  expect(await stage.state(connectionId)).toEqual(paused);
  await stage.importer.resume(connectionId);
  expect(await stage.untilPhase(connectionId, 'active')).toMatchObject({ choice });
  await stage.importer.disconnect(connectionId);
  await stage.handle(connectionId).result();
  for (const runId of runs) expect((await exportRun(id, runId)).events).toBeLessThan(120);
  recordHistory('connection-continued', (await exportRun(id, runs[0])).json);
  recordHistory('connection-continuation', (await exportRun(id, runs[1])).json);
});
