import { expect } from 'vitest';
import type { ConnectionId } from '../../../domain/ids.js';
import type { Fault } from '../../../simulator/state/faults.js';
import { simulatedAccounts, trueRows } from '../../../local/once/simulated.js';
import type { World } from './world.js';

/** An entity that X will never answer for. */
export interface Silent {
  readonly accountId: string;
  readonly level: string;
  readonly id: string;
}

/** The ad with the most days, so that its silence is seen on many. */
export const busiestAd = async (world: World, skip: readonly string[] = []): Promise<Silent> => {
  const [account] = await simulatedAccounts(world.simulatorUrl);
  const accountId = account?.id ?? '';
  const days = new Map<string, number>();
  const wide = { level: 'PROMOTED_TWEET', from: '2000-01-01', to: '2100-01-01' };
  for await (const { id } of trueRows(world.simulatorUrl, accountId, wide)) days.set(id, (days.get(id) ?? 0) + 1);
  const [busiest] = [...days].filter(([id]) => !skip.includes(id)).toSorted((a, b) => b[1] - a[1]);
  if (busiest === undefined) throw new Error('the simulated account has no ad with numbers');
  return { accountId, level: 'PROMOTED_TWEET', id: busiest[0] };
};

export const neverAnswers = (kind: 'job_failed' | 'ids_missing', { level, id }: Silent): Fault => ({
  kind,
  level: level as 'PROMOTED_TWEET',
  entity_id: id,
});

/** The cells that the truth has of it, in the days that were imported. */
const cellsOf = async (world: World, connectionId: ConnectionId, silent: Silent): Promise<number> => {
  const { runs } = await world.importer.status(connectionId);
  const range = runs.find(({ accountId }) => accountId === silent.accountId)?.range;
  if (range === undefined) throw new Error(`the account ${silent.accountId} was not imported`);
  let cells = 0;
  for await (const row of trueRows(world.simulatorUrl, silent.accountId, { level: silent.level, ...range }))
    if (row.id === silent.id) cells += Object.keys(row.metrics).length;
  return cells;
};

/**
 * Everything is stored but what X never answered, and coverage says so: `failed`, with the reason, on exactly the days on
 * which X named the silent entity, and on those only because of it.
 */
export const expectOnlySilent = async (world: World, connectionId: ConnectionId, silent: Silent): Promise<void> => {
  const { missing, doubled, wrong, examples } = await world.compare(connectionId);
  const cells = await cellsOf(world, connectionId, silent);
  expect(cells).toBeGreaterThan(0);
  expect({ missing, doubled, wrong, examples }).toEqual({ missing: cells, doubled: 0, wrong: 0, examples });

  const [coverage] = await world.coverage(connectionId);
  const { from = '', to = '' } = coverage?.range ?? {};
  const { rows } = await world.db.query<{ placement: string; day: string }>(
    `select distinct placement, day::date as day from importer.ask_records r,
       generate_series(greatest(lower(r.days), $3), least(upper(r.days) - 1, $4), interval '1 day') as d (day)
     where r.level = $1::importer.level and r.entity_id = $2`,
    [silent.level, silent.id, from, to],
  );
  const named = rows.map(({ placement, day }) => `${silent.level} ${placement} ${day}`);
  const days = coverage?.days ?? [];
  const unfinished = days.filter(({ status }) => status !== 'complete' && status !== 'verified_empty');
  expect(new Set(unfinished.map(({ level, placement, day }) => `${level} ${placement} ${day}`))).toEqual(
    new Set(named),
  );
  for (const day of unfinished)
    expect(day).toMatchObject({ status: 'failed', reason: expect.stringContaining(silent.id) });
  const { rows: failed } = await world.db.query<{ entity_id: string }>(
    `select distinct entity_id from importer.ledger where state <> 'landed'`,
  );
  expect(failed).toEqual([{ entity_id: silent.id }]);
};
