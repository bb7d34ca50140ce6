import { expect, test } from 'vitest';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { type Installation, startInstallation, WAIT_MS } from './support/installation.js';

/*
 * Two stacks that start at the same moment on one machine, each with a folder, ports, keys and a simulated X of its own.
 */

const LAST = addDays(new Date().toISOString().slice(0, 10) as Day, -3);
const RANGE: DayRange = { from: addDays(LAST, -59), to: LAST };

const SIZES = ['--accounts', '1', '--ads', '20', '--days', '90', '--job-seconds', '0.5', '--profile', 'messy'];
const simulated = (seed: number): readonly string[] => [...SIZES, '--seed', `${seed}`];

const imported = async (at: Installation): Promise<string> => {
  const { connectionId, oauthRequestId, authorizeUrl } = await at.importer.connect();
  await at.importer.completeSignIn(await at.allow(authorizeUrl));
  await at.importer.waitUntilChoosing(connectionId, { oauthRequestId, timeout: WAIT_MS });
  await at.importer.choose(connectionId, { history: { kind: 'none' } });
  const { workflowIds } = await at.importer.backfill(connectionId, RANGE);
  await at.importer.waitForWorkflows(connectionId, workflowIds, { timeout: WAIT_MS, interval: 200 });
  return connectionId;
};

test('two installations that start and import at the same time know nothing of each other', async () => {
  const [one, other] = await Promise.all([startInstallation(simulated(1)), startInstallation(simulated(2))]);
  await using first = one;
  await using second = other;
  const ids = await Promise.all([imported(first), imported(second)]);

  const equal = { missing: 0, doubled: 0, wrong: 0, examples: [] };
  for (const at of [first, second]) expect(await at.differences(RANGE)).toEqual(equal);
  const connections = await Promise.all([first, second].map(({ importer }) => importer.connections()));
  expect(connections.map((list) => list.map(({ id }) => id))).toEqual(ids.map((id) => [id]));
  const accounts = await Promise.all(
    [first, second].map(({ db }) => db.query<{ account_id: string }>('select distinct account_id from importer.facts')),
  );
  const [ofFirst, ofSecond] = accounts.map(({ rows }) => rows.map(({ account_id: id }) => id));
  expect(ofFirst).toHaveLength(1);
  expect(ofSecond).toHaveLength(1);
  expect(ofFirst).not.toEqual(ofSecond);
});
