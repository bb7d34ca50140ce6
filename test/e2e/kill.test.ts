import { describe, expect, test } from 'vitest';
import { SignInFailed } from '../../client/errors.js';
import { addDays, type Day } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import { repeatedJobs } from '../faults/support/expect-truth.js';
import { type Installation, throughOutage, WAIT_MS, startInstallation, until } from './support/installation.js';
import { moments } from './support/moments.js';

/*
 * `kill -9`, for real: of the worker, of Postgres and of the Temporal server, each at five moments of one installation's
 * life. Every moment has days of its own to import, so that what an earlier one stored cannot hide what a later one lost.
 */

const VICTIMS = ['worker', 'postgres', 'temporal'] as const;
type Victim = (typeof VICTIMS)[number];

const DAYS_EACH = 20;

const victimOf = ({ stack }: Installation, victim: Victim) => {
  const { workers, postgres, temporal } = stack.parts;
  const part = { worker: workers[0], postgres, temporal }[victim];
  if (part === undefined) throw new Error(`the stack runs no ${victim}`);
  return part;
};

/** Kills it and waits until it is back. */
const kill = async (at: Installation, victim: Victim): Promise<void> => {
  const part = victimOf(at, victim);
  const before = part.restarts();
  process.kill(part.current().pid, 'SIGKILL');
  await part.restarted(before + 1);
};

/** A verifier works once: when the death came between X's answer and ours, the person is told to sign in again. */
const finishSignIn = async (at: Installation, connectionId: ConnectionId, oauthRequestId: string): Promise<void> => {
  try {
    await throughOutage(() => at.importer.waitUntilChoosing(connectionId, { oauthRequestId, timeout: WAIT_MS }));
  } catch (error) {
    if (!(error instanceof SignInFailed)) throw error;
    expect((await at.importer.connection(connectionId)).phase).toBe('authorizing');
    expect(error.nextStep?.text).toMatch(/sign in once more|start again/i);
    const again = await throughOutage(() => at.importer.signIn(connectionId));
    await at.importer.completeSignIn(await at.allow(again.authorizeUrl));
    await at.importer.waitUntilChoosing(connectionId, { oauthRequestId: again.oauthRequestId, timeout: WAIT_MS });
  }
};

const signInKilled = async (at: Installation, victim: Victim): Promise<ConnectionId> => {
  const { connectionId, oauthRequestId, authorizeUrl } = await at.importer.connect();
  const returned = await at.allow(authorizeUrl);
  await at.provoke([{ kind: 'slow_response', times: 1, seconds: 4, path: '/oauth/access_token' }]);
  await at.importer.completeSignIn(returned);
  await until('the verifier to be exchanged', async () => (await at.hits())[0] === 1);
  await kill(at, victim);
  await at.provoke([]);
  await finishSignIn(at, connectionId, oauthRequestId);
  return connectionId;
};

describe.concurrent('kill -9 loses nothing and does nothing twice', () => {
  test.each(VICTIMS)('of the %s, at each moment', async (victim) => {
    const simulator = ['--accounts', '1', '--ads', '25', '--days', '110', '--job-seconds', '1', '--profile', 'messy'];
    await using at = await startInstallation(simulator);
    const id = await signInKilled(at, victim);
    await throughOutage(() => at.importer.choose(id, { history: { kind: 'none' } }));
    const { xUserId = '' } = await at.importer.connection(id);
    expect(xUserId).not.toBe('');

    const last = addDays(new Date().toISOString().slice(0, 10) as Day, -3);
    for (const [i, moment] of moments.entries()) {
      const to = addDays(last, -DAYS_EACH * i);
      const range = { from: addDays(to, 1 - DAYS_EACH), to };
      const letGo = await moment.hold(at, xUserId);
      const { workflowIds } = await at.importer.backfill(id, range);
      await until(moment.name, () => moment.reached(at));
      await kill(at, victim);
      await letGo();
      await throughOutage(() => at.importer.waitForWorkflows(id, workflowIds, { timeout: WAIT_MS, interval: 250 }));
      const { runs } = await throughOutage(() => at.importer.status(id));
      expect(runs[0]).toMatchObject({ range, state: 'completed', failed: 0 });
      expect({ moment: moment.name, ...(await throughOutage(() => at.differences(range))) }).toEqual({
        moment: moment.name,
        missing: 0,
        doubled: 0,
        wrong: 0,
        examples: [],
      });
    }
    expect(repeatedJobs(await at.requests())).toEqual([]);
    expect(victimOf(at, victim).restarts()).toBe(1 + moments.length);
  });
});
