import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createImporter } from '../../client/importer.js';
import { type DigestOptions, tellDigests } from '../../server/notifications/digest.js';
import { saveEntities } from '../../store/account/entities.js';
import { saveGrants } from '../../store/connection/grants.js';
import { landFacts } from '../../store/facts/facts.js';
import { ensurePartitions } from '../../store/facts/partitions.js';
import { resealDigests } from '../../store/people/digests.js';
import { createSealer, SealBroken } from '../../store/secrets.js';
import { addAccounts, addConnection, addRun } from '../store/database.js';
import { day, landingOf } from '../store/landing.js';
import { entity } from '../store/rows.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { type Credential, openSite, type Site } from './support/site.js';

interface Posted {
  readonly key: string | undefined;
  readonly body: Record<string, unknown>;
}

let site: Site;
let ada: { readonly id: string; readonly as: Credential };
let mailServer: MailServer;
let mails: string[] = [];
let posted: Posted[] = [];
let answers: number[] = [];

const hook = createServer((request, response) => {
  let text = '';
  request.on('data', (part: Buffer) => (text += part.toString('utf8')));
  request.on('end', () => {
    posted.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) as Posted['body'] });
    response.writeHead(answers.shift() ?? 200).end('ok');
  });
});
const hookUrl = (): string => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/week`;

const land = async (runId: string, job: string, from: string, observedAt: string, micros: number): Promise<void> => {
  const to = new Date(Date.parse(from) + 6 * 86_400_000).toISOString().slice(0, 10);
  const week = [micros, 0, 0, 0, 0, 0, 1];
  const metrics = {
    c1: { billed_charge_local_micro: week, impressions: [100, 0, 0, 0, 0, 0, 0], clicks: week.map(() => 1) },
  };
  const landing = { ...landingOf('a1', runId, { job, observedAt, from, to, metrics }), level: 'CAMPAIGN' } as const;
  await site.db.transaction((tx) => landFacts(tx, landing));
};

beforeAll(async () => {
  mailServer = await startMailServer((mail) => {
    // Folded headers, too.
    mails.push(mail.replaceAll('=3D', '=').replaceAll('\r\n ', ' '));
    return true;
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  site = await openSite({ mail: { smtpUrl: mailServer.url, from: 'importer@example.com' } });
  ada = await site.join('Ada', 'viewer');
  await addAccounts(site.db, 'a1');
  await saveGrants(site.db, await addConnection(site.db), [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  const runId = await addRun(site.db, 'a1');
  await ensurePartitions(site.db, day('2026-01-01'), day('2026-02-28'));
  await saveEntities(site.db, {
    accountId: 'a1',
    observedAt: '2026-01-01T00:00:00Z',
    entities: [entity('CAMPAIGN', 'c1', { name: 'Autumn', currency: 'EUR' })],
  });
  // The week before as it stood when it was as old as this one, and as X has corrected it since.
  await land(runId, '1', '2026-01-26', '2026-02-03T04:00:00Z', 2_000_000);
  await land(runId, '2', '2026-01-26', '2026-02-09T04:00:00Z', 9_000_000);
  await land(runId, '3', '2026-02-02', '2026-02-10T04:00:00Z', 3_000_000);
  await site.db.query(`update importer.accounts set observed_at = '2026-02-10T05:00:00Z' where id = 'a1'`);
  await site.db.query(
    `insert into importer.account_days (account_id, complete, stale, computed_at) values ('a1', '{[2026-01-01,2026-02-09)}', false, now())
     on conflict (account_id) do update set complete = excluded.complete, stale = false`,
  );
});
beforeEach(async () => {
  [mails, posted, answers] = [[], [], []];
  await site.db.query('delete from app.digests');
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await mailServer?.[Symbol.asyncDispose]();
  await new Promise((resolve) => hook.close(resolve));
});

const options = (now = '2026-02-10T06:00:00Z'): DigestOptions => ({
  db: site.db,
  sealer: site.sealer,
  mail: { smtpUrl: mailServer.url, from: 'importer@example.com' },
  hookNetworks: ['127.0.0.1'],
  publicUrl: site.publicUrl,
  importerFor: (viewer, actor) =>
    createImporter({ db: site.db, sealer: site.sealer, temporal: undefined as never, viewer, actor }),
  now: () => new Date(now),
});
const put = (body: object, as: Credential = ada.as) =>
  site.ask('PUT /me/digest', { as, body: { email: false, ...body } });

test('nobody is told of a week who has not asked for it', async () => {
  expect((await site.ask('GET /me/digest', { as: ada.as })).body).toEqual({
    email: false,
    mail: { allowed: true },
    troubles: [],
  });
  expect(await tellDigests(options())).toBe(0);
  expect(mails).toEqual([]);
});

test('by mail and web hook: totals, the change against the week before at the same age, what is provisional, and the page', async () => {
  const set = await put({ email: true, webhook: hookUrl() });
  expect(set.body).toEqual({
    email: true,
    mail: { allowed: true },
    webhookHost: new URL(hookUrl()).host,
    troubles: [],
  });
  expect(set.text).not.toContain('/week');
  expect(await tellDigests(options('2026-02-10T05:00:00Z'))).toBe(0);
  expect(await tellDigests(options())).toBe(2);
  const [mail = ''] = mails;
  expect(mail).toMatch(/^To: ada@example\.com\r$/m);
  expect(mail).toContain('Ad Performance of Default workspace, 2026-02-02 to 2026-02-08');
  expect(mail).toContain('Account a1: spend 3 EUR (+50%), impressions 100 (0%), clicks 7 (0%)');
  expect(mail).toContain('against the week before as it stood at the same age');
  expect(mail).toContain('Provisional, spend is an estimate: 2026-02-07, 2026-02-08.');
  expect(mail).toContain(`${site.publicUrl}/performance?from=2026-02-02&to=2026-02-08`);
  expect(posted).toMatchObject([
    {
      key: expect.stringMatching(/^digest-.*-2026-02-02$/),
      body: {
        kind: 'digest',
        week: { from: '2026-02-02', to: '2026-02-08' },
        accounts: [
          {
            id: 'a1',
            currency: 'EUR',
            values: { spend: '3.000001', impressions: '100', clicks: '7' },
            compared: { spend: '2.000001', impressions: '100', clicks: '7' },
          },
        ],
        provisional: ['2026-02-07', '2026-02-08'],
        missing: [],
      },
    },
  ]);
  // Once a week.
  expect(await tellDigests(options())).toBe(0);
  expect([mails.length, posted.length]).toEqual([1, 1]);
});

test('a week that lacks days says so, and tells no change', async () => {
  await put({ webhook: hookUrl() });
  await site.db.query(`update importer.account_days set complete = '{[2026-01-01,2026-02-08)}'`);
  await tellDigests(options());
  await site.db.query(`update importer.account_days set complete = '{[2026-01-01,2026-02-09)}'`);
  const text = posted[0]?.body['text'] as string;
  expect(text).toContain('Account a1 lacks 2026-02-08');
  expect(text).toContain('spend 3 EUR, impressions');
});

test('a receiver that fails is tried again later, and the reason is shown; the other channel is not told twice', async () => {
  await put({ email: true, webhook: hookUrl() });
  answers = [503];
  expect(await tellDigests(options())).toBe(1);
  expect((await site.ask('GET /me/digest', { as: ada.as })).body).toMatchObject({
    troubles: [{ channel: 'webhook', trouble: 'it answered 503' }],
  });
  // Retries wait; this one does not.
  expect(await tellDigests(options())).toBe(0);
  await site.db.query('update app.digests set next_try_at = now()');
  expect(await tellDigests(options())).toBe(1);
  expect([mails.length, posted.length]).toEqual([1, 2]);
  expect(posted[0]?.key).toBe(posted[1]?.key);
});

test('is told only of what one sees, and to nobody who has left', async () => {
  const { rows } = await site.db.query<{ id: string }>(
    `insert into app.workspaces (name) values ('Other') returning id`,
  );
  const bea = await site.join('Bea', 'owner', rows[0]?.id ?? '');
  await put({ webhook: hookUrl() }, bea.as);
  await tellDigests(options());
  expect(posted).toEqual([]);
  await put({ email: true });
  await site.db.query('delete from app.memberships where person_id = $1 and role = $2', [ada.id, 'viewer']);
  expect(await tellDigests(options())).toBe(0);
  await site.db.query(
    `insert into app.memberships (workspace_id, person_id, role)
    select id, $1, 'viewer' from app.workspaces where name = 'Default workspace'`,
    [ada.id],
  );
});

test('a hook is sealed anew with a new key, and into a private network it leads nowhere', async () => {
  await put({ webhook: hookUrl() });
  const next = Buffer.alloc(32, 7);
  // A key that never was in use opens nothing.
  await expect(resealDigests(site.db, createSealer([next]))).rejects.toThrow(SealBroken);
  expect(await resealDigests(site.db, createSealer([next, ...site.keys]))).toBe(1);
  expect(await tellDigests({ ...options(), sealer: createSealer([next]) })).toBe(1);
  const refused = await put({ webhook: 'http://10.0.0.1/x' });
  expect(refused.status).toBe(422);
  expect(refused.body).toMatchObject({ error: { fields: { webhook: expect.stringContaining('private network') } } });
  await put({ webhook: null });
  expect((await site.ask('GET /me/digest', { as: ada.as })).body).not.toHaveProperty('webhookHost');
});
