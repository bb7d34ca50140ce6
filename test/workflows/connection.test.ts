import { WorkflowUpdateFailedError } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permits, type Phase } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import { getConnection } from '../../store/connection/connections.js';
import { getOauthRequest } from '../../store/connection/oauth-requests.js';
import * as messages from '../../workflows/messages.js';
import { openStage, type Stage, until } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage({ accounts: 2, ads: 3, days: 60 });
});
afterAll(() => stage[Symbol.asyncDispose]());

const CHOICE = { history: { kind: 'days', days: 30 } } as const;

/** The sentence of the refusal; fails when it was no refusal. */
const refusal = async (update: Promise<unknown>): Promise<string> => {
  try {
    await update;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError) return error.cause?.message ?? '';
    throw error;
  }
  throw new Error('the update was not refused');
};

const ask = (connectionId: ConnectionId) => {
  const handle = stage.handle(connectionId);
  const range = { from: '2026-01-01', to: '2026-01-02' } as never;
  return {
    choose: () =>
      handle.executeUpdate(messages.chooseUpdate, { args: [{ accounts: 'all', history: { kind: 'none' }, wait: 1 }] }),
    backfill: () => handle.executeUpdate(messages.backfillUpdate, { args: [{ requestId: 'r', accounts: [], range }] }),
    pause: () => handle.executeUpdate(messages.pauseUpdate, { args: [{ note: 'holidays' }] }),
    resume: () => handle.executeUpdate(messages.resumeUpdate),
  };
};

const expectRefused = async (
  connectionId: ConnectionId,
  phase: Phase,
  ...actions: readonly (keyof ReturnType<typeof ask>)[]
): Promise<void> => {
  for (const action of actions) {
    const permission = permits(phase, action);
    expect(permission.allowed).toBe(false);
    expect(await refusal(ask(connectionId)[action]())).toBe(permission.allowed ? '' : permission.reason);
  }
};

const jobsCreated = async (): Promise<number> =>
  ((await stage.control('GET', 'requests')) as { jobs_created: number }).jobs_created;

const ended = async (connectionId: ConnectionId): Promise<void> => {
  await stage.handle(connectionId).result();
  expect((await getConnection(stage.db, connectionId))?.phase).toBe('disconnected');
};

describe('a connection', () => {
  test('is signed in, chosen, filled, paused, resumed, filled by hand and disconnected', async () => {
    const { connectionId, ...signIn } = await stage.begin();
    expect(await stage.state(connectionId)).toMatchObject({ phase: 'authorizing' });
    await expectRefused(connectionId, 'authorizing', 'choose', 'backfill', 'pause', 'resume');

    await stage.allow({ connectionId, ...signIn });
    expect(await stage.untilPhase(connectionId, 'choosing')).toMatchObject({ accounts: 2, selectable: 2 });
    await expectRefused(connectionId, 'choosing', 'backfill', 'pause', 'resume');

    await stage.importer.choose(connectionId, CHOICE);
    const filled = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
    expect(filled.accounts.map(({ status }) => status)).toEqual(['up_to_date', 'up_to_date']);
    await expectRefused(connectionId, 'active', 'resume');

    await stage.importer.pause(connectionId, 'holidays');
    expect(await stage.untilPhase(connectionId, 'paused')).toMatchObject({ note: 'holidays' });
    await expectRefused(connectionId, 'paused', 'backfill', 'pause');
    await stage.importer.resume(connectionId);
    await stage.untilPhase(connectionId, 'active');
    // Resuming starts the daily syncs, which read again what X has corrected within the hour.
    await stage.importer.waitUntilIdle(connectionId, { interval: 100 });

    // Days that both have: for some hours of each day their zones are not on the same one.
    const ranges = filled.runs.map(({ range }) => range);
    const from =
      ranges
        .map((range) => range.from)
        .toSorted()
        .at(-1) ?? '';
    const to = ranges.map((range) => range.to).toSorted()[0] ?? '';
    const before = await jobsCreated();
    const { workflowIds } = await stage.importer.backfill(connectionId, { from, to });
    expect(workflowIds).toHaveLength(2);
    const after = await stage.importer.waitForWorkflows(connectionId, workflowIds, { interval: 100 });
    expect(after.runs.filter(({ kind }) => kind === 'manual').map(({ state }) => state)).toEqual([
      'completed',
      'completed',
    ]);
    // All of it had landed: nothing was asked of X twice.
    expect(await jobsCreated()).toBe(before);

    await stage.importer.disconnect(connectionId);
    await ended(connectionId);
    const { rows } = await stage.db.query('select from importer.facts limit 1');
    expect(rows).toHaveLength(1);
  });

  test('of a person who says no keeps waiting for another try, with the reason', async () => {
    const { connectionId, oauthRequestId, requestToken } = await stage.begin();
    await stage.importer.denySignIn({ requestToken });
    const denied = await until(async () => {
      const state = await stage.state(connectionId);
      return 'problem' in state && state.problem !== undefined ? state : undefined;
    });
    expect(denied).toMatchObject({ phase: 'authorizing', problem: { code: 'denied' } });
    expect((await getOauthRequest(stage.db, oauthRequestId))?.state).toBe('denied');
    await stage.importer.disconnect(connectionId);
    await ended(connectionId);
  });

  test('that nobody finishes is kept for fourteen days after its sign-in has expired, then deleted with its sign-ins', async () => {
    const { connectionId, oauthRequestId } = await stage.begin({ signInSeconds: 1, selfCheckSeconds: 2 });
    const request = () => getOauthRequest(stage.db, oauthRequestId);
    await until(async () => ((await request())?.state === 'expired' ? true : undefined));
    expect(await request()).toMatchObject({ problem: { code: 'expired' } });
    const { mark } = await stage.importer.connection(connectionId);
    expect(mark).toMatchObject({ status: 'not_finished', sentence: expect.stringContaining('Kept until') as string });
    await stage.db.query(`update importer.connections set created_at = now() - interval '14 days' where id = $1`, [
      connectionId,
    ]);
    await stage.handle(connectionId).result();
    expect(await getConnection(stage.db, connectionId)).toBeUndefined();
    expect(await request()).toBeUndefined();
    const { rows } = await stage.db.query('select from importer.credentials where updated_at > now()');
    expect(rows).toEqual([]);
  });

  test('whose user has no account it may read says so while it waits for a choice', async () => {
    const signIn = await stage.begin();
    await stage.allow(signIn, 'no_accounts');
    const state = await stage.untilPhase(signIn.connectionId, 'choosing');
    expect(state).toMatchObject({ accounts: 0, selectable: 0, problem: { code: 'no_account' } });
    await stage.importer.disconnect(signIn.connectionId);
    await ended(signIn.connectionId);
  });

  test('that an operator cancels ends as orderly as one that is disconnected', async () => {
    const connectionId = await stage.signIn();
    await stage.handle(connectionId).cancel();
    await expect(stage.handle(connectionId).result()).rejects.toThrow(/cancelled/i);
    expect((await getConnection(stage.db, connectionId))?.phase).toBe('disconnected');
  });
});
