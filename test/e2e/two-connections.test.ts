import { expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { expectTruth, repeatedJobs } from '../faults/support/expect-truth.js';
import { startWorld, type World } from '../faults/support/world.js';

/*
 * What belongs to X's user or account is there once, however many connections look at it: one credential, one set of
 * facts, one set of job slots. What one import has under way, the other waits for.
 */

/** More jobs than X computes at once, on two or three placements, of few days: what is shared are slots and not the landing. */
const BUSY = { accounts: 1, ads: 700, days: 15, profile: 'messy', jobSeconds: 4 } as const;
/** The same with slots to spare, where a credential is what is shared. */
const QUIET = { ...BUSY, ads: 60 } as const;

const credentials = async ({ db }: World): Promise<readonly string[]> =>
  (await db.query<{ screen_name: string }>('select screen_name from importer.credentials order by 1')).rows.map(
    ({ screen_name }) => screen_name,
  );

/** How often a token was ended at X. */
const revocations = async (world: World): Promise<number> =>
  (await world.requests()).counts
    .filter(({ route, status }) => route.endsWith('/oauth/invalidate_token') && status === 200)
    .reduce((sum, { count }) => sum + count, 0);

/** Both import the same days at the same time; each entity-day is read once. */
const importBoth = async (world: World, both: readonly ConnectionId[]): Promise<void> => {
  await Promise.all(both.map((id) => world.importer.choose(id)));
  for (const id of both) {
    const { accounts, runs } = await world.imported(id);
    expect(accounts.map(({ status }) => status)).toEqual(['up_to_date']);
    expect(runs.map(({ state, failed }) => ({ state, failed }))).toEqual([{ state: 'completed', failed: 0 }]);
  }
  for (const id of both) await expectTruth(world, id);
  const requests = await world.requests();
  expect(repeatedJobs(requests)).toEqual([]);
  expect(requests.peak_jobs_in_processing).toBeLessThanOrEqual(100);
  expect(requests.limits_hit).toEqual({});
  // Whoever planned first has claimed all days; the other has waited for it and found nothing left to read.
  const { rows } = await world.db.query('select distinct run_id from importer.jobs');
  expect(rows).toHaveLength(1);
};

const lastDays = async (world: World, id: ConnectionId): Promise<{ from: string; to: string }> => {
  const { runs } = await world.importer.status(id);
  const to = runs[0]?.range.to ?? '';
  return { from: to, to };
};

/** Reads a day again: the credential is alive. */
const stillWorks = async (world: World, id: ConnectionId): Promise<void> => {
  const range = await lastDays(world, id);
  const { workflowIds } = await world.importer.backfill(id, { ...range, refetch: true });
  await world.importer.waitForWorkflows(id, workflowIds, { interval: 200 });
  expect((await world.importer.status(id)).phase).toBe('active');
};

test('two connections on one X user share its credential, which is revoked and erased with the last of them', async () => {
  await using world = await startWorld(QUIET);
  const [first, second] = [await world.signIn(), await world.signIn()];
  expect(await credentials(world)).toEqual(['all_accounts']);
  await importBoth(world, [first, second]);

  await world.importer.disconnect(first);
  expect(await revocations(world)).toBe(0);
  expect(await credentials(world)).toEqual(['all_accounts']);
  await stillWorks(world, second);
  await expectTruth(world, second);

  await world.importer.disconnect(second);
  expect(await revocations(world)).toBe(1);
  expect(await credentials(world)).toEqual([]);
});

test("two X users on one ad account share its facts and its slots, and one leaves without the other's credential", async () => {
  await using world = await startWorld({ ...BUSY, seed: 3 });
  const [first, second] = [await world.signIn('all_accounts'), await world.signIn('campaign_analyst')];
  expect(await credentials(world)).toEqual(['all_accounts', 'campaign_analyst']);
  await importBoth(world, [first, second]);
  expect((await world.requests()).jobs_created).toBeGreaterThan(100);

  await world.importer.disconnect(first);
  expect(await revocations(world)).toBe(1);
  expect(await credentials(world)).toEqual(['campaign_analyst']);
  await stillWorks(world, second);
  await expectTruth(world, second);
});
