import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import { startOfDay } from '../../domain/local-days.js';
import { listGrants } from '../../store/connection/grants.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { openSite, rowsOf, type Site } from './site.js';

/** Both clock changes of a year in which every zone of the simulator that has any had two, São Paulo's midnights too. */
const SEASONS = [
  {
    name: 'spring in the north',
    now: '2018-04-08T18:00:00Z',
    range: { from: '2018-02-12' as Day, to: '2018-04-06' as Day },
    changes: {
      'America/Los_Angeles': ['2018-03-11', 23],
      'America/New_York': ['2018-03-11', 23],
      'Europe/London': ['2018-03-25', 23],
      'Australia/Sydney': ['2018-04-01', 25],
      'America/Sao_Paulo': ['2018-02-17', 25],
    },
  },
  {
    name: 'autumn in the north',
    now: '2018-11-12T18:00:00Z',
    range: { from: '2018-10-01' as Day, to: '2018-11-10' as Day },
    changes: {
      'America/Los_Angeles': ['2018-11-04', 25],
      'America/New_York': ['2018-11-04', 25],
      'Europe/London': ['2018-10-28', 25],
      'Australia/Sydney': ['2018-10-07', 23],
      'America/Sao_Paulo': ['2018-11-04', 23],
    },
  },
] as const;

describe.each(SEASONS)('in $name', ({ now, range, changes }) => {
  let site: Site;
  let connectionId: string;
  beforeAll(async () => {
    site = await openSite({ accounts: 8, ads: 4, days: 60, now });
    ({ connectionId } = await site.choose());
  });
  afterAll(() => site[Symbol.asyncDispose]());

  test('every zone of the simulator is there', async () => {
    const zones = site.simulator.world.accounts.map(({ zone }) => zone.zone);
    for (const zone of [...Object.keys(changes), 'Asia/Tokyo', 'Asia/Kolkata', 'UTC']) expect(zones).toContain(zone);
    expect(await listGrants(site.db, connectionId)).toHaveLength(8);
  });

  test.each(Object.entries(changes))(
    'the odd day of %s, %j, lands once and under its own day',
    async (zone, change) => {
      const [odd, hours] = change;
      const day = odd as Day;
      const length = Date.parse(startOfDay(addDays(day, 1), zone)) - Date.parse(startOfDay(day, zone));
      expect(length).toBe(hours * 3_600_000);
      const accountId = site.simulator.world.accounts.find((account) => account.zone.zone === zone)?.id ?? '';
      const runId = await site.plan({ connectionId, accountId }, { range });
      await site.finish(runId);

      const comparison = newComparison();
      await compareAccount(site.db, site.url, accountId, range, comparison);
      const { missing, doubled, wrong, examples, cellsCompared } = comparison;
      expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
      expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);

      const rows = await rowsOf<{ day: string; n: number }>(
        site.db,
        `select day, count(*) as n from importer.facts
       where account_id = $1 and level = 'CAMPAIGN' and day between $2::date - 1 and $2::date + 1 group by 1 order by 1`,
        [accountId, day],
      );
      expect(rows.map((row) => row.day)).toEqual([addDays(day, -1), day, addDays(day, 1)]);
    },
  );

  test.each(['Asia/Kolkata', 'Asia/Tokyo', 'UTC'])('%s, which has no odd days, lands as it is', async (zone) => {
    const accountId = site.simulator.world.accounts.find((account) => account.zone.zone === zone)?.id ?? '';
    await site.finish(await site.plan({ connectionId, accountId }, { range }));
    const comparison = newComparison();
    await compareAccount(site.db, site.url, accountId, range, comparison);
    expect(comparison).toMatchObject({ missing: 0, doubled: 0, wrong: 0 });
  });
});
