import { expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { getAccount } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { CHOICE, openSite } from './site.js';

const ZONE = 'Mars/Olympus_Mons';

test('an account whose zone is unknown is left out of all until it is known, and appears then', async () => {
  await using site = await openSite({
    accounts: 2,
    ads: 2,
    days: 60,
    now: '2026-06-10T18:00:00Z',
    timezoneSwitches: [{ account: 1, day: '2026-05-10', zone: ZONE }],
  });
  const choice = { ...CHOICE, accounts: 'all', history: { kind: 'days', days: 30 } } as const;
  const connectionId = await site.connect();
  expect(await site.call('listAccounts', { connectionId })).toEqual({ accounts: 2, selectable: 1 });
  const { accounts } = await site.call('saveChoice', { connectionId, choice });
  expect(accounts).toHaveLength(1);
  const strange = ((await site.control('GET', 'accounts')) as { id: string }[])[1]?.id ?? '';
  expect(accounts).not.toContain(strange);
  expect((await site.call('checkAccounts', { connectionId })).appeared).toEqual([]);
  // Also when it appears between a look and the taking in: it costs no other account anything.
  expect(await site.call('adoptAccounts', { connectionId, accounts: [strange, 'nosuch'], choice })).toEqual({
    adopted: [],
  });
  expect((await listGrants(site.db, connectionId)).map(({ accountId }) => accountId)).toEqual(accounts);

  // From now on X names a zone that is known here.
  const account = site.simulator.world.accountById(strange);
  const { row } = account ?? {};
  Object.assign(account ?? {}, { row: (now: number) => ({ ...row?.(now), timezone: 'America/New_York' }) });
  await site.control('PUT', 'clock', { now: '2026-06-11T18:00:00Z' });
  expect((await site.call('checkAccounts', { connectionId })).appeared).toEqual([strange]);
  expect(await site.call('adoptAccounts', { connectionId, accounts: [strange], choice })).toEqual({
    adopted: [strange],
  });
  expect(await listGrants(site.db, connectionId)).toContainEqual(
    expect.objectContaining({ accountId: strange, historyFrom: '2026-05-12' as Day, status: 'backfilling' }),
  );
  expect((await getAccount(site.db, strange))?.zones).toMatchObject([
    { zone: 'America/Los_Angeles' },
    { zone: 'America/New_York' },
  ]);
});
