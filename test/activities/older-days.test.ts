import { expect, test } from 'vitest';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { openSite } from './site.js';

/*
 * X names from when to when an entity changed, with gaps in between: what it says of older days may reach over newer ones that
 * were read already, and for which it did not name the entity.
 */
test('days that were complete stay so when older days are imported', async () => {
  await using site = await openSite({ accounts: 2, ads: 5, days: 370, profile: 'messy' });
  const { connectionId } = await site.choose();
  const today = new Date().toISOString().slice(0, 10) as Day;
  const [, accountId = 'none'] = site.simulator.world.accounts.map(({ id }) => id);
  const read = async (range: DayRange): Promise<void> => {
    const runId = await site.plan({ connectionId, accountId }, { range, refetch: true });
    await site.finish(runId);
    await site.call('closeRun', { runId, state: 'completed' });
  };
  const newer = { from: addDays(today, -32), to: addDays(today, -4) };
  const open = async () => {
    const { rows } = await site.db.query(
      `select day::text, level, placement, status, reason from importer.coverage_of($1, $2, $3)
       where status not in ('complete', 'verified_empty')`,
      [accountId, newer.from, newer.to],
    );
    return rows;
  };
  await read(newer);
  expect(await open()).toEqual([]);
  await read({ from: addDays(today, -372), to: addDays(today, -39) });
  const { rowCount: named } = await site.db.query(
    `select from importer.ask_records r join importer.asks a on a.id = r.ask_id
     where upper(r.days) - 1 between $1 and $2 and a.last_day < $1`,
    [newer.from, newer.to],
  );
  expect(named).toBeGreaterThan(0);
  expect(await open()).toEqual([]);
});
