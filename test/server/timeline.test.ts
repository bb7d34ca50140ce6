import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { timelineKinds } from '../../client/console-shapes.js';
import { saveAccess } from '../../store/account/accounts.js';
import { createConnection, DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { createOauthRequest } from '../../store/connection/oauth-requests.js';
import { saveGrants } from '../../store/connection/grants.js';
import { addAccounts } from '../store/database.js';
import { openSite, type Site } from './support/site.js';

let site: Site;
let ana: Awaited<ReturnType<Site['join']>>;

beforeAll(async () => {
  site = await openSite();
  ana = await site.join('Ana', 'owner');
  await site.db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ('7', 'acme', 'sealed', 'key')`,
  );
});
afterAll(() => site[Symbol.asyncDispose]());

const make = async (displayName: string): Promise<string> => {
  const id = randomUUID();
  await createConnection(site.db, { id, displayName, createdBy: ana.id });
  await site.db.query(`update importer.connections set x_user_id = '7', phase = 'active' where id = $1`, [id]);
  return id;
};

interface Entry {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly sentence: string;
}

test('has an entry of every kind, newest first, each with its address', async () => {
  const { db } = site;
  const id = await make('Acme');
  await addAccounts(db, 'a1');
  await saveGrants(db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  const run = randomUUID();
  await db.query(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id)
     values ($1, $2, 'a1', '7', 'history', '2026-01-01', '2026-01-31', 'backfill/1')`,
    [run, id],
  );
  await db.query(
    `insert into importer.long_waits (run_id, scope, family, reason, until)
     values ($1, 'a1', 'jobs', 'the limit of X is reached', now() + interval '10 minutes')`,
    [run],
  );
  await db.query(
    `insert into importer.receipts (account_id, run_id, workflow_id, x_job_id, request, response_sha256, response_bytes,
       observed_at, rows_read, rows_new, rows_changed, rows_unchanged, rows_zeroed, rows_stale)
     values ('a1', $1, 'backfill/1', '1', '{}', 'abc', 1, now(), 3, 0, 3, 0, 0, 0)`,
    [run],
  );
  await db.query(
    `insert into importer.notifications (kind, key, x_user_id, screen_name, connection_ids, reason)
     values ('credentials_rejected', '7/1', '7', 'acme', $1, 'X no longer accepts the authorization')`,
    [[id]],
  );
  await createOauthRequest(db, { id: randomUUID(), connectionId: id, callbackUrl: 'x', minutes: 15 });
  await db.query(`update importer.oauth_requests set state = 'denied', callback_at = now() where connection_id = $1`, [
    id,
  ]);
  const note = (action: string) =>
    db.query(
      `insert into app.audit (workspace_id, actor, actor_name, action, subject_kind, subject_id)
       values ($1, $2, 'Ana', $3, 'connection', $4)`,
      [DEFAULT_WORKSPACE, ana.id, action, id],
    );
  await note('connection.sync_asked');
  await note('connection.paused');

  const read = async (query = '') => {
    const { body } = await site.ask(`GET /connections/${id}/timeline${query}`, { as: ana.as });
    return (body as unknown as { entries: readonly Entry[] }).entries;
  };
  const entries = await read();
  expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(timelineKinds));
  expect(entries.map(({ at }) => at)).toEqual(
    entries
      .map(({ at }) => at)
      .toSorted()
      .toReversed(),
  );
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  expect(entries.every(({ sentence }) => /\w{3}/.test(sentence))).toBe(true);
  for (const kind of timelineKinds)
    expect(await read(`?kind=${kind}`)).toEqual(entries.filter((entry) => entry.kind === kind));
});

test('a thousand and one accounts are answered, each with its name, and the last can be found', async () => {
  const id = await make('Many accounts');
  const ids = Array.from({ length: 1_001 }, (_, index) => `m${index}`);
  await addAccounts(site.db, ...ids);
  const access = ids.map((accountId, index) => ({
    accountId,
    permissions: index === 1_000 ? [] : ['ACCOUNT_ADMIN' as const],
  }));
  await saveAccess(site.db, { xUserId: '7', access, observedAt: '2026-01-01T00:00:00Z' });
  const { body } = await site.ask(`GET /connections/${id}/accounts`, { as: ana.as });
  const { accounts } = body as unknown as {
    accounts: readonly { id: string; name: string; selectable: boolean; reason?: string }[];
  };
  expect(accounts.map((account) => account.id).toSorted()).toEqual(ids.toSorted());
  expect(accounts.find(({ name }) => name === 'Account m1000')).toMatchObject({
    selectable: false,
    reason: expect.any(String) as string,
  });
});
