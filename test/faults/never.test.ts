import { describe, expect, test } from 'vitest';
import { expectTruth } from './support/expect-truth.js';
import { busiestAd, expectOnlySilent, neverAnswers } from './support/never.js';
import { startWorld } from './support/world.js';

describe.concurrent('what X never answers', () => {
  test.each(['job_failed', 'ids_missing'] as const)(
    'an ad with %s for ever is failed in coverage on its own days, with the reason, and heals when X answers',
    async (kind) => {
      await using world = await startWorld({ profile: kind === 'job_failed' ? 'flighted' : 'messy', jobSeconds: 0 });
      const connectionId = await world.signIn();
      const silent = await busiestAd(world);
      await world.provoke([neverAnswers(kind, silent)]);
      await world.importer.choose(connectionId);
      const { accounts, runs } = await world.imported(connectionId);
      expect(accounts.map(({ status }) => status)).toEqual(['up_to_date']);
      expect(runs.map(({ state }) => state)).toEqual(['completed']);
      await expectOnlySilent(world, connectionId, silent);

      await world.provoke([]);
      const { workflowIds } = await world.importer.backfill(connectionId, runs[0]?.range ?? { from: '', to: '' });
      await world.importer.waitForWorkflows(connectionId, workflowIds, { interval: 200 });
      await expectTruth(world, connectionId);
    },
  );
});

describe('a token that X no longer accepts', () => {
  test('parks the connection, and after signing in again exactly what is missing is imported', async () => {
    await using world = await startWorld({ accounts: 2, ads: 10, days: 200 });
    const connectionId = await world.signIn();
    // In the middle of the import, after some jobs have been made.
    await world.provoke([{ kind: 'token_revoked', times: 1, method: 'GET', path: '/stats/jobs/' }]);
    await world.importer.choose(connectionId);
    await expect(world.imported(connectionId)).rejects.toMatchObject({ code: 'needs_person' });
    const parked = await world.importer.status(connectionId);
    expect(parked.phase).toBe('needs_reauthorization');
    expect(parked.problem?.code).toBe('CredentialsRejected');

    await world.provoke([]);
    await world.signInAgain(connectionId);
    const { phase, problem, accounts } = await world.imported(connectionId);
    expect({ phase, problem }).toEqual({ phase: 'active', problem: undefined });
    expect(accounts.map(({ status }) => status)).toEqual(['up_to_date', 'up_to_date']);
    await expectTruth(world, connectionId);
  });
});
