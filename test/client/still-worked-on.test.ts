import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool, type Db } from '../../store/pool.js';
import { until } from '../support/until.js';
import { allowing, type Installation, startInstallation } from './support/installation.js';

let installation: Installation;
let id = '';
beforeAll(async () => {
  installation = await startInstallation({ accounts: 1, ads: 1, days: 10 });
  await installation.xads(['connect', '--json', '--history', 'none'], { browse: allowing() });
  ({ id } = await installation.opened.importer.find(undefined));
});
afterAll(() => installation[Symbol.asyncDispose]());

/** While it lasts nobody can write grants, so a choice takes as long. */
const holdingGrants = async <T>(work: (db: Db) => Promise<T>): Promise<T> => {
  await using db = createPool(installation.config.databaseUrl);
  return await db.transaction(async (tx) => {
    await tx.query('lock table importer.grants in exclusive mode');
    return work(db);
  });
};

test('what is not done within the timeout is no success: it is said that it goes on, and how to look', async () => {
  const look = `xads status ${id.slice(0, 8)}`;
  const [chosen, paused] = await holdingGrants(async (db) => {
    const choosing = installation.xads(['connect', '--connection', id, '--wait', '3', '--json']);
    // The pause comes behind the choice, which waits for the lock by then.
    await until('the choice to wait', async () => {
      const { rowCount } = await db.query(
        `select from pg_locks where not granted and relation = 'importer.grants'::regclass`,
      );
      return rowCount === 1;
    });
    return Promise.all([choosing, installation.xads(['pause', id])]);
  });
  expect(chosen.code).toBe(1);
  expect(chosen.json()).toMatchObject({
    error: {
      code: 'timed_out',
      message: 'The choice is still being worked on; it goes on by itself.',
      nextStep: { action: 'see_status', connectionId: id, text: 'See its status.' },
    },
  });
  expect(paused.code).toBe(1);
  expect(paused.stdout).toBe('');
  expect(paused.stderr).toContain('is still being paused');
  expect(paused.stderr).toContain(look);

  // And it does go on by itself.
  await expect.poll(async () => (await installation.opened.importer.connection(id)).phase).toBe('paused');
  await expect.poll(async () => (await installation.opened.importer.status(id)).accounts).toMatchObject([{ wait: 3 }]);
});
