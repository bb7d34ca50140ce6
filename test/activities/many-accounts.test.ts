import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActivities } from '../../activities/index.js';
import { attempt } from '../support/attempt.js';
import { until } from '../support/until.js';
import { openSite, type Site } from './site.js';

const ACCOUNTS = 60;

let site: Site;
beforeAll(async () => {
  site = await openSite({ accounts: ACCOUNTS, ads: 1 });
});
afterAll(() => site[Symbol.asyncDispose]());

test('many accounts are listed side by side, and a second attempt asks only about those that the first did not finish', async () => {
  const connectionId = await site.connect();
  const activities = createActivities(site.deps);
  const list = () => activities.listAccounts({ connectionId });
  const asked = async () =>
    ((await site.control('GET', 'requests')) as { counts: readonly { route: string; count: number }[] }).counts
      .filter(({ route }) => route.endsWith('/authenticated_user_access'))
      .reduce((sum, { count }) => sum + count, 0);
  // The last of them only: most are answered before it strikes.
  await site.provoke([{ kind: 'status_503', path: '/authenticated_user_access', rate: 0.05, times: 1 }]);
  const first = await attempt(list);
  await site.provoke([]);
  expect(first).toHaveProperty('error');
  const read = Object.keys(first.kept as object).length;
  expect(read).toBeGreaterThan(0);
  const before = await asked();
  // Near X's limit the gate spreads the calls, and an attempt ends with what it has; the next goes on from there.
  let last = first;
  await until('the gate to let all accounts through', async () => {
    last = await attempt(list, last.kept);
    return 'value' in last || undefined;
  });
  expect(last).toMatchObject({ value: { accounts: ACCOUNTS, selectable: ACCOUNTS } });
  expect((await asked()) - before).toBe(ACCOUNTS - read);
});
