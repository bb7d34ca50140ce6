import { expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import type { RequestReport } from '../../local/once/simulated.js';
import { entityDaysOf } from '../faults/support/entity-days.js';
import { expectTruth } from '../faults/support/expect-truth.js';
import { startWorld, type World } from '../faults/support/world.js';

/*
 * A token that X no longer accepts, seen from X's side: who still comes with it, and what is asked for after somebody has
 * signed in again.
 */

const isRejected = async ({ db }: World): Promise<boolean> =>
  (await db.query(`select from importer.credentials where status = 'rejected'`)).rowCount === 1;

const phaseOf = async (world: World, id: ConnectionId): Promise<string> => (await world.importer.status(id)).phase;

/** Calls with the dead token that came after a moment. */
const lateCalls = ({ unauthorized }: RequestReport, after: number) =>
  unauthorized.filter(({ received_at }) => Date.parse(received_at) > after);

const landedJobs = async ({ db }: World): Promise<ReadonlySet<string>> =>
  new Set((await db.query<{ id: string }>('select x_job_id as id from importer.receipts')).rows.map(({ id }) => id));

test('nothing that was queued behind the refused call goes out, on any connection of the X user', async () => {
  await using world = await startWorld({ accounts: 2, ads: 5, days: 365 });
  const both = [await world.signIn(), await world.signIn()];
  // A year is asked for in more windows than go out at once, so that some of them wait for the first ones' answers.
  const asks = { method: 'GET', path: '/active_entities' } as const;
  await world.provoke([
    { kind: 'slow_response', seconds: 1, ...asks },
    { kind: 'token_revoked', times: 1, ...asks },
  ]);
  await Promise.all(both.map((id) => world.importer.choose(id)));
  await expect.poll(() => isRejected(world)).toBe(true);
  for (const id of both) await expect.poll(() => phaseOf(world, id)).toBe('needs_reauthorization');
  const parked = Date.now();
  await expect(world.importer.sync(both[0] ?? '')).rejects.toMatchObject({ code: 'not_permitted' });
  const requests = await world.requests();
  // Ten for each account of each connection had gone out before the first refusal came back; as many were queued.
  expect(requests.unauthorized.length).toBeGreaterThan(0);
  expect(requests.unauthorized.length).toBeLessThanOrEqual(2 * 2 * 10);
  expect(lateCalls(requests, parked)).toEqual([]);
});

test('after signing in again the missing days, and only these, are asked for', async () => {
  await using world = await startWorld({ accounts: 1, ads: 60, days: 200, jobSeconds: 0.5 });
  const id = await world.signIn();
  // Half of the jobs never end, so that there is something missing when the others have landed.
  await world.provoke([{ kind: 'job_slow', rate: 0.5, seconds: 3_600 }]);
  await world.importer.choose(id);
  const ended = async (): Promise<number> => (await landedJobs(world)).size;
  await expect.poll(ended).toBeGreaterThan(5);
  await world.provoke([{ kind: 'token_revoked', times: 1 }]);
  await expect.poll(() => phaseOf(world, id)).toBe('needs_reauthorization');
  await expect.poll(async () => (await world.importer.status(id)).runs[0]?.state).toBe('failed');
  const parked = Date.now();
  const landed = await landedJobs(world);
  const before = await world.requests();

  await world.provoke([]);
  await world.signInAgain(id);
  const { accounts } = await world.imported(id);
  expect(accounts.map(({ status }) => status)).toEqual(['up_to_date']);
  await expectTruth(world, id);

  const after = await world.requests();
  expect(lateCalls(after, parked)).toEqual([]);
  const here = new Set(before.jobs.filter((job) => landed.has(String(job['id']))).flatMap(entityDaysOf));
  const again = after.jobs.slice(before.jobs.length).flatMap(entityDaysOf);
  expect(here.size).toBeGreaterThan(0);
  expect(again.length).toBeGreaterThan(0);
  expect(again.filter((day) => here.has(day))).toEqual([]);
  expect(new Set(again).size).toBe(again.length);
});
