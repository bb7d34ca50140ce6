import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveEntities } from '../../store/account/entities.js';
import { saveGrants } from '../../store/connection/grants.js';
import { addAccounts, addConnection } from '../store/database.js';
import { entity } from '../store/rows.js';
import { type Credential, openSite, type Site } from './support/site.js';

let site: Site;
const people = new Map<string, { readonly id: string; readonly as: Credential }>();
let stranger: Credential;
const as = (name: string): Credential => people.get(name)?.as;

beforeAll(async () => {
  site = await openSite();
  for (const [name, role] of [
    ['Ada', 'owner'],
    ['Ben', 'admin'],
    ['Mia', 'member'],
    ['Max', 'member'],
    ['Vic', 'viewer'],
  ] as const)
    people.set(name, await site.join(name, role));
  const { rows } = await site.db.query<{ id: string }>(
    `insert into app.workspaces (name) values ('Other') returning id`,
  );
  stranger = (await site.join('Sam', 'owner', rows[0]?.id ?? '')).as;
  await addAccounts(site.db, 'acc');
  await saveGrants(site.db, await addConnection(site.db), [{ accountId: 'acc', historyFrom: null, waitDays: 1 }]);
  await saveEntities(site.db, {
    accountId: 'acc',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [entity('CAMPAIGN', 'c1', { name: 'Autumn' }), entity('CAMPAIGN', 'c2', { name: 'Winter' })],
  });
});
afterAll(() => site[Symbol.asyncDispose]());

const save = async (name: string, who: string, more: object = {}): Promise<string> => {
  const body = { kind: 'view', name, shared: false, view: { groupBy: 'ad' }, ...more };
  const answer = await site.ask('POST /saved-views', { as: as(who), body });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return String(answer.body['id']);
};
const names = async (who: Credential): Promise<readonly string[]> => {
  const { views } = (await site.ask('GET /saved-views', { as: who })).body as unknown as { views: { name: string }[] };
  return views.map(({ name }) => name);
};
const statusOf = async (method: 'GET' | 'PATCH' | 'DELETE', id: string, who: Credential, body?: object) =>
  (await site.ask(`${method} /saved-views/${id}`, { as: who, ...(body === undefined ? {} : { body }) })).status;

test('a private view is its owner’s alone, one that is shared the whole workspace’s, and of no other', async () => {
  const own = await save('Own', 'Mia');
  const shared = await save('Shared', 'Mia', { shared: true, kind: 'columns', view: { metrics: 'spend,roas' } });
  expect(await names(as('Mia'))).toEqual(['Own', 'Shared']);
  for (const who of ['Ada', 'Ben', 'Max', 'Vic']) expect(await names(as(who))).toEqual(['Shared']);
  expect(await names(stranger)).toEqual([]);
  for (const who of [as('Ada'), as('Max'), stranger])
    for (const method of ['GET', 'PATCH', 'DELETE'] as const)
      expect(await statusOf(method, own, who, method === 'PATCH' ? { name: 'Mine' } : undefined)).toBe(404);
  // Others look at what is shared; owners and admins keep it in order.
  expect(await statusOf('GET', shared, as('Vic'))).toBe(200);
  expect(await statusOf('PATCH', shared, as('Max'), { name: 'Mine' })).toBe(403);
  expect(await statusOf('DELETE', shared, as('Vic'))).toBe(403);
  expect(await statusOf('PATCH', shared, as('Ben'), { name: 'Money' })).toBe(204);
  expect(await statusOf('PATCH', shared, as('Ben'), { shared: false })).toBe(422);
  expect(await statusOf('GET', shared, stranger)).toBe(404);
  expect((await site.ask('GET /audit', { as: as('Ada') })).text).toContain('view.changed');
  expect(await statusOf('DELETE', shared, as('Ben'))).toBe(204);
  expect(await statusOf('DELETE', own, as('Mia'))).toBe(204);
});

test('whoever may only look shares nothing, and of two views of one name the second is refused', async () => {
  const body = { kind: 'view', name: 'Seen', shared: true, view: {} };
  expect((await site.ask('POST /saved-views', { as: as('Vic'), body })).status).toBe(403);
  const own = await save('Seen', 'Vic');
  expect(await statusOf('PATCH', own, as('Vic'), { shared: true })).toBe(403);
  const again = await site.ask('POST /saved-views', { as: as('Vic'), body: { ...body, shared: false } });
  expect(again.body).toMatchObject({ error: { fields: { name: expect.any(String) } } });
  // Each has names of their own.
  await save('Seen', 'Max');
});

test('what a view filters by and is gone is named, and the view is what is left', async () => {
  const view = { campaign: 'c1,deleted', account: 'theirs', utmSource: '', groupBy: 'ad' };
  const id = await save('Autumn', 'Mia', { view });
  const answer = await site.ask(`GET /saved-views/${id}`, { as: as('Mia') });
  expect(answer.body).toMatchObject({
    view: { campaign: 'c1', utmSource: '', groupBy: 'ad' },
    gone: [
      { filter: 'account', id: 'theirs' },
      { filter: 'campaign', id: 'deleted' },
    ],
  });
  expect(answer.body['view']).not.toHaveProperty('account');
});

test('the private views of a member who leaves go with them; what they have shared stays', async () => {
  await save('Left behind', 'Max', { shared: true });
  const own = await save('Taken along', 'Max');
  const body = { transferTo: people.get('Ada')?.id };
  expect((await site.ask(`DELETE /members/${people.get('Max')?.id ?? ''}`, { as: as('Ada'), body })).status).toBe(204);
  expect(await names(as('Vic'))).toContain('Left behind');
  const { rows } = await site.db.query('select from app.saved_views where id = $1', [own]);
  expect(rows).toEqual([]);
});
