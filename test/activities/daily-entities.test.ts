import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { openSite, rowsOf, type Site } from './site.js';

/** What X says of its entities does not change in the simulator; so what we know of them is set back to another past. */

let site: Site;
let grant: { connectionId: string; accountId: string };
beforeEach(async () => {
  site = await openSite({ ads: 20, days: 60, profile: 'messy', now: '2026-11-23T12:00:00Z' });
  grant = await site.choose({ history: { kind: 'days', days: 30 } });
  const runId = await site.open(grant, {
    kind: 'history',
    range: { from: '2026-11-22' as Day, to: '2026-11-22' as Day },
  });
  await site.call('survey', { runId });
  await site.call('closeRun', { runId, state: 'cancelled' });
});
afterEach(() => site[Symbol.asyncDispose]());

const dailySync = async (): Promise<void> => {
  await site.control('PUT', 'clock', { now: '2026-11-24T12:00:00Z' });
  const runId = await site.plan(grant, { kind: 'daily', nominal: '2026-11-24T12:00:00Z' });
  await site.call('closeRun', { runId, state: 'cancelled' });
};

interface Entity {
  readonly entity_id: string;
  readonly name: string;
  readonly status: string;
  readonly deleted: boolean;
  readonly budget: string | null;
  readonly observed_at: string;
  readonly superseded_at?: string;
}
const COLUMNS = `entity_id, name, status, deleted, raw ->> 'daily_budget_amount_local_micro' as budget, observed_at`;
const entityWhere = async (where: string): Promise<Entity> => {
  const [found] = await rowsOf<Entity>(
    site.db,
    `select ${COLUMNS} from importer.entities where ${where} order by entity_id limit 1`,
  );
  if (!found) throw new Error(`there is no entity where ${where}`);
  return found;
};
const versions = (id: string): Promise<readonly Entity[]> =>
  rowsOf<Entity>(site.db, `select ${COLUMNS}, superseded_at from importer.entity_versions where entity_id = $1`, [id]);

test('each daily sync brings names, statuses and budgets up to date, and keeps what they were', async () => {
  const { entity_id: id, ...now } = await entityWhere(`not deleted and raw ? 'daily_budget_amount_local_micro'`);
  await site.db.query(
    `update importer.entities set name = 'Spring', status = 'DRAFT',
       raw = raw || '{"daily_budget_amount_local_micro": 123}' where entity_id = $1`,
    [id],
  );
  await dailySync();
  expect(await entityWhere(`entity_id = '${id}'`)).toEqual({
    ...now,
    entity_id: id,
    observed_at: '2026-11-24T12:00:00Z',
  });
  expect(await versions(id)).toEqual([
    {
      ...now,
      entity_id: id,
      name: 'Spring',
      status: 'DRAFT',
      budget: '123',
      superseded_at: '2026-11-24T12:00:00Z',
    },
  ]);
});

test('what was deleted at X becomes a tombstone: its row and its name stay', async () => {
  const { entity_id: id, name } = await entityWhere('deleted');
  await site.db.query(
    `update importer.entities set deleted = false, raw = raw || '{"deleted": false}' where entity_id = $1`,
    [id],
  );
  await dailySync();
  expect(await entityWhere(`entity_id = '${id}'`)).toMatchObject({ name, deleted: true });
  expect(await versions(id)).toMatchObject([{ name, deleted: false }]);
});

test('what nobody has touched leaves no version behind, and its row as it was', async () => {
  const rows = () => rowsOf(site.db, 'select entity_id, observed_at, xmin from importer.entities order by entity_id');
  const before = await rows();
  await dailySync();
  expect(await rowsOf(site.db, 'select from importer.entity_versions')).toEqual([]);
  expect(await rows()).toEqual(before);
  const seen = await rowsOf(site.db, 'select distinct seen_at from importer.entity_sightings');
  expect(seen).toEqual([{ seen_at: '2026-11-24T12:00:00Z' }]);
});
