import { expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { getAccount, listAccounts } from '../../store/account/accounts.js';
import { listGrants } from '../../store/connection/grants.js';
import { CHOICE, openSite, rowsOf } from './site.js';

test.each([
  ['Node', 'Mars/Olympus_Mons'],
  // Known to ICU only.
  ['Postgres', 'SystemV/PST8'],
  // Its names are case-sensitive.
  ['Temporal', 'europe/berlin'],
])(
  'an account whose zone %s does not know is left out of all until it is known, and appears then',
  async (reader, ZONE) => {
    await using site = await openSite({
      accounts: 2,
      ads: 2,
      days: 60,
      now: '2026-06-10T18:00:00Z',
      timezoneSwitches: [{ account: 1, day: '2026-05-10', zone: ZONE }],
    });
    site.deps.schedules.knowsZone = async (zone) => zone !== 'europe/berlin';
    const choice = { ...CHOICE, accounts: 'all', history: { kind: 'days', days: 30 } } as const;
    const connectionId = await site.connect();
    expect(await site.call('listAccounts', { connectionId })).toEqual({ accounts: 2, selectable: 1 });
    const { accounts } = await site.call('saveChoice', { connectionId, choice });
    expect(accounts).toHaveLength(1);
    const strange = ((await site.control('GET', 'accounts')) as { id: string }[])[1]?.id ?? '';
    expect(accounts).not.toContain(strange);
    expect((await site.call('checkAccounts', { connectionId })).appeared).toEqual([]);
    expect((await listAccounts(site.db, connectionId)).find(({ id }) => id === strange)).toMatchObject({
      selectable: false,
      reason: `This platform does not know the time zone ${ZONE} of the account.`,
      cure: expect.stringContaining(`${reader}'`),
    });
    // Nor do the views fail for the others.
    expect(await rowsOf(site.db, 'select count(*)::int as rows from importer.day_finality')).toHaveLength(1);
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
    const zones = ((await getAccount(site.db, strange))?.zones ?? []).map(({ zone }) => zone);
    // What Temporal does not know cuts days all the same.
    const between = reader === 'Temporal' ? [ZONE] : [];
    expect(zones).toEqual(['America/Los_Angeles', ...between, 'America/New_York']);
  },
);
