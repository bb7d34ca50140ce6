import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Workflow } from '@temporalio/common';
import { type ConnectionId, deletionWorkflowId, workflowTypes } from '../../domain/ids.js';
import { recordHistory } from '../replay/recordings.js';
import { type ExportedHistory, exportHistory } from './history-text.js';
import { openStage, type Stage, until } from './stage.js';

let stage: Stage;
let connectionId: ConnectionId;
/** Names of accounts and entities, as long as they were there. */
let names: readonly string[];
const exported = new Map<string, ExportedHistory>();

/** All histories of the namespace: every run of every workflow. */
const exportAll = async (): Promise<readonly ExportedHistory[]> => {
  const all: ExportedHistory[] = [];
  for await (const { workflowId, runId, type } of stage.temporal.workflow.list()) {
    all.push(await exportHistory(stage.temporal.workflow.getHandle<Workflow>(workflowId, runId), type));
  }
  return all;
};

const remember = async (shape: string, workflowId: string, runId?: string): Promise<void> => {
  const handle = stage.temporal.workflow.getHandle<Workflow>(workflowId, runId);
  exported.set(shape, await exportHistory(handle, (await handle.describe()).type));
};

const live = async (): Promise<void> => {
  connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  const { accounts } = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  const backfillId = `backfill/${connectionId}/${accounts[0]?.accountId}`;
  await stage.temporal.workflow.getHandle(backfillId).result();
  await remember('backfill', backfillId);

  await stage.control('PUT', 'clock', { advance_seconds: 86_400 });
  const dailyId = `sync-now/${accounts[0]?.accountId}`;
  const imported: unknown = await stage.temporal.workflow.execute(workflowTypes.dailySync, {
    workflowId: dailyId,
    taskQueue: 'importer',
    args: [{ accountId: accounts[0]?.accountId }],
  });
  expect(imported).toMatchObject({ failed: 0 });
  await remember('daily-sync', dailyId);
};

const cancelled = async (): Promise<void> => {
  const slow = await stage.signIn();
  // Days that nobody has read yet, and jobs that X does not finish.
  await stage.faults({ kind: 'job_slow', seconds: 3_600 });
  const choice = { accounts: 'all', history: { kind: 'days', days: 180 }, wait: 1 } as const;
  await stage.importer.choose(slow, choice);
  const [account] = (await stage.importer.status(slow)).accounts;
  const backfillId = `backfill/${slow}/${account?.accountId}`;
  await until(async () => {
    const { rows } = await stage.db.query(`select from importer.jobs where state = 'processing'`);
    return rows.length > 0 || undefined;
  });
  await stage.importer.pause(slow, 'too slow');
  await stage.temporal.workflow
    .getHandle(backfillId)
    .result()
    .catch(() => undefined);
  await stage.faults();
  await remember('backfill-cancelled', backfillId);
  await stage.importer.disconnect(slow);
  await stage.handle(slow).result();
  await remember('connection-paused', `connection/${slow}`);
};

const denied = async (): Promise<void> => {
  const signIn = await stage.begin();
  await stage.importer.denySignIn({ requestToken: signIn.requestToken });
  await until(async () => {
    const state = await stage.state(signIn.connectionId);
    return ('problem' in state && state.problem !== undefined) || undefined;
  });
  await stage.importer.disconnect(signIn.connectionId);
  await stage.handle(signIn.connectionId).result();
  await remember('connection-denied', `connection/${signIn.connectionId}`);
};

beforeAll(async () => {
  stage = await openStage({ ads: 5, days: 200 });
  await live();
  await denied();
  await cancelled();
  const { rows } = await stage.db.query<{ name: string }>(
    'select name from importer.accounts union select name from importer.entities where length(name) > 8',
  );
  names = rows.map(({ name }) => name);
  await stage.importer.disconnect(connectionId, { deleteData: true });
  await stage.handle(connectionId).result();
  await remember('connection', `connection/${connectionId}`);
  await stage.temporal.workflow.getHandle(deletionWorkflowId(connectionId)).result();
  await remember('deletion', deletionWorkflowId(connectionId));
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('the exported histories of a run', () => {
  test('hold no token, no secret, no verifier and no name in clear, in any workflow', async () => {
    const tokens = (await stage.control('POST', 'tokens', { screen_name: 'all_accounts' })) as Record<string, string>;
    const hidden = [
      ...stage.secrets,
      tokens['oauth_token'] ?? '',
      tokens['oauth_token_secret'] ?? '',
      tokens['screen_name'] ?? '',
      ...names,
    ].filter((text) => text !== '');
    // A consumer secret, a key, a display name, three sign-ins with their verifiers, a token pair and an account.
    expect(hidden.length).toBeGreaterThan(10);
    const all = await exportAll();
    const types = new Set(all.map(({ workflowType }) => workflowType));
    expect([...types].toSorted()).toEqual(['backfill', 'connection', 'dailySync', 'deletion']);
    // What payloads say can be found at all, so not finding the secrets means something.
    expect(all.some(({ text }) => text.includes('\\"phase\\":\\"choosing\\"'))).toBe(true);
    const found = all.flatMap(({ text, workflowId }) =>
      hidden.filter((secret) => text.includes(secret)).map((secret) => `${workflowId}: ${secret}`),
    );
    expect(found).toEqual([]);
  });

  test('are short', async () => {
    for (const { events } of await exportAll()) expect(events).toBeLessThanOrEqual(4_000);
  });

  test('are those that are kept for replay, one per shape', async () => {
    for (const [shape, { json }] of exported) recordHistory(shape, json);
    expect([...exported.keys()].toSorted()).toEqual([
      'backfill',
      'backfill-cancelled',
      'connection',
      'connection-denied',
      'connection-paused',
      'daily-sync',
      'deletion',
    ]);
  });
});
