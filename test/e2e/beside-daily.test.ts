import { expect, test } from 'vitest';
import { addDays, type Day } from '../../domain/calendar.js';
import type { ConnectionId } from '../../domain/ids.js';
import { freezeClock, resetRequests } from '../../local/once/simulated.js';
import { type FeedAnswer, readTwice } from '../faults/support/read-twice.js';
import { expectTruth } from '../faults/support/expect-truth.js';
import { startWorld, type World } from '../faults/support/world.js';
import { control } from '../support/simulator.js';

/*
 * A person asks for days while the daily sync reads some of them: what one has under way the other waits for, and nothing
 * is asked of X twice.
 */

const YESTERDAY = '2026-11-17T19:05:00Z';
const TODAY = '2026-11-18T19:05:00Z';
const LAST_DUE = '2026-11-17' as Day;

/** What the daily syncs were told, at the time that the simulator's log goes by. */
const feedOf = async (world: World): Promise<readonly FeedAnswer[]> => {
  const url = { url: world.simulatorUrl };
  const clock = (await control(url, 'GET', 'clock')) as { now: string; wire: string };
  const ahead = Date.parse(clock.wire) - Date.parse(clock.now);
  const { rows } = await world.db.query<{ at: string; key: string; from: string; to: string }>(
    `select a.observed_at as at, concat_ws(' ', r.account_id, r.level, r.placement, r.entity_id) as key,
       lower(r.days) as "from", upper(r.days) as "to"
     from importer.ask_records r join importer.asks a on a.id = r.ask_id
     join importer.import_runs i on i.id = a.run_id and i.kind = 'daily'`,
  );
  return rows.map(({ at, key, from, to }) => ({
    at: Date.parse(at) + ahead,
    names: (entityDay) => {
      const [account, level, placement, , id, day = ''] = entityDay.split(' ');
      return [account, level, placement, id].join(' ') === key && day >= from && day < to;
    },
  }));
};

/** Which kinds of runs have made jobs. */
const kindsAtWork = async ({ db }: World): Promise<readonly string[]> =>
  (
    await db.query<{ kind: string }>(
      'select distinct r.kind from importer.jobs j join importer.import_runs r on r.id = j.run_id order by 1',
    )
  ).rows.map(({ kind }) => kind);

test('a manual backfill during the daily sync reads nothing that the sync reads, and in the end stored = truth', async () => {
  await using world = await startWorld({ ads: 40, days: 220, profile: 'messy', jobSeconds: 2, now: YESTERDAY });
  const { importer, simulatorUrl } = world;
  const id: ConnectionId = await world.signIn();
  await importer.choose(id, { history: { kind: 'days', days: 90 } });
  await world.imported(id);

  // A day goes by, and from here on X's clock runs, so that what is read later is known to be later.
  await control({ url: simulatorUrl }, 'PUT', 'clock', { now: TODAY, frozen: false });
  await resetRequests(simulatorUrl);
  await Promise.all([
    importer.sync(id),
    importer.backfill(id, { from: addDays(LAST_DUE, -130), to: LAST_DUE }),
    importer.backfill(id, { from: addDays(LAST_DUE, -12), to: LAST_DUE }),
  ]);
  // Also by the sync, of which Postgres may know nothing yet.
  const { runs } = await world.imported(id);
  await freezeClock(simulatorUrl);

  expect(
    runs.map(({ kind, state, failed }) => ({ kind, state, failed })).toSorted((a, b) => a.kind.localeCompare(b.kind)),
  ).toEqual([
    { kind: 'daily', state: 'completed', failed: 0 },
    { kind: 'history', state: 'completed', failed: 0 },
    { kind: 'manual', state: 'completed', failed: 0 },
    { kind: 'manual', state: 'completed', failed: 0 },
  ]);
  expect(await kindsAtWork(world)).toEqual(['daily', 'history', 'manual']);
  const { jobs } = await world.requests();
  expect(jobs.length).toBeGreaterThan(0);
  expect(readTwice(jobs, await feedOf(world))).toEqual([]);
  await expectTruth(world, id);
});
