import { afterAll, beforeAll, expect, test } from 'vitest';
import { saveGrants } from '../../store/connection/grants.js';
import { addAccounts, addConnection } from '../store/database.js';
import { type Credential, openSite, type Site } from './support/site.js';

let site: Site;
let key: Credential;
let foreign: Credential;

beforeAll(async () => {
  site = await openSite();
  await addAccounts(site.db, 'mine');
  await saveGrants(site.db, await addConnection(site.db), [{ accountId: 'mine', historyFrom: null, waitDays: 1 }]);
  key = await site.key('read');
  const { rows } = await site.db.query<{ id: string }>(
    `insert into app.workspaces (name) values ('Other') returning id`,
  );
  foreign = await site.key('read', rows[0]?.id ?? '');
});
afterAll(() => site[Symbol.asyncDispose]());

const refusals: readonly (readonly [query: string, status: number, code: string, field: string])[] = [
  ['groupBy=colour', 422, 'invalid_question', 'groupBy'],
  ['groupBy=day,week,month,ad', 422, 'invalid_question', 'groupBy'],
  ['metrics=fame', 422, 'invalid_question', 'metrics'],
  ['from=2026-02-28&to=2026-02-01', 422, 'invalid_range', 'to'],
  ['last=forever', 422, 'invalid_range', 'last'],
  ['account=theirs', 404, 'unknown_account', 'account'],
  ['format=xml', 400, 'invalid_request', 'format'],
  ['group=day', 400, 'invalid_request', ''],
];

test.each(refusals)(
  'GET /performance?%s is refused, and says which part of it is meant',
  async (query, status, code, field) => {
    const answer = await site.ask(`GET /performance?${query}`, { as: key });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ error: { code, fields: { [field]: expect.any(String) } } });
  },
);

test('a key sees the accounts of its own workspace; another one says that there is no such account', async () => {
  const mine = await site.ask('GET /performance?last=7d&groupBy=day', { as: key });
  expect(mine.body).toMatchObject({ accounts: [{ id: 'mine', missingDays: 7, through: null }], rows: [], totals: [] });
  const csv = await site.ask('GET /performance?last=7d&groupBy=day&format=csv', { as: key });
  expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
  expect(csv.text).toBe('day,kind,shared_tweet,objective,currency,spend,spend_micros,impressions,clicks,ctr,cpc\r\n');
  const theirs = await site.ask('GET /performance?account=mine', { as: foreign });
  expect(theirs.body).toMatchObject({ error: { code: 'unknown_account' } });
  expect((await site.ask('GET /performance', { as: foreign })).body).toMatchObject({ accounts: [], rows: [] });
  expect((await site.ask('GET /performance?last=7d')).status).toBe(401);
});
