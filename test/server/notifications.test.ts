import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Importer } from '../../client/importer.js';
import type { StatusWord } from '../../domain/status.js';
import { saveGrants } from '../../store/connection/grants.js';
import { judgeWorkspaces, sendMessages, type WatchOptions } from '../../server/notifications/watch.js';
import { addAccounts, addConnection } from '../store/database.js';
import { type Credential, openSite, type Site } from './support/site.js';

interface Posted {
  readonly path: string;
  readonly body: Record<string, never> & { readonly text: string };
}

let site: Site;
let owner: { readonly id: string; readonly as: Credential };
let posted: Posted[] = [];
let answers: number[] = [];
const hook = createServer((request, response) => {
  let text = '';
  request.on('data', (part: Buffer) => (text += part.toString('utf8')));
  request.on('end', () => {
    posted.push({ path: request.url ?? '', body: JSON.parse(text) as Posted['body'] });
    response.writeHead(answers.shift() ?? 200).end('ok');
  });
});
const hookUrl = (path: string): string => `http://127.0.0.1:${(hook.address() as AddressInfo).port}/${path}`;

beforeAll(async () => {
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  site = await openSite();
  owner = await site.join('Ada', 'owner');
  await addAccounts(site.db, 'a1');
});
afterEach(async () => {
  [posted, answers] = [[], []];
  await site.db.query('delete from importer.grants');
  await site.db.query('delete from importer.connections');
  await site.db.query('delete from importer.credentials');
  await site.db.query('delete from app.messages');
  await site.db.query('delete from app.alarms');
});
afterAll(async () => {
  await site[Symbol.asyncDispose]();
  await new Promise((resolve) => hook.close(resolve));
});

const put = (body: object, headers: Readonly<Record<string, string>> = {}) =>
  site.ask('PUT /notifications', { as: owner.as, headers, body: { emails: [], lateAfterHours: 6, ...body } });

const options = (now?: Date): WatchOptions => ({
  db: site.db,
  sealer: site.sealer,
  hookNetworks: ['127.0.0.1'],
  publicUrl: site.publicUrl,
  operator: site.operator,
  ...(now === undefined ? {} : { now: () => now }),
});
const round = async (more: Partial<WatchOptions> = {}): Promise<void> => {
  await judgeWorkspaces({ ...options(), ...more });
  await sendMessages(options());
};
/** Retries wait; this one does not. */
const again = async (): Promise<void> => {
  await site.db.query(
    `update app.deliveries set next_try_at = now() where sent_at is null and next_try_at <> 'infinity'`,
  );
  await sendMessages(options());
};

const onCredential = async (count: number): Promise<string[]> => {
  await site.db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id) values ('7', 'acme', '', 'key')
     on conflict do nothing`,
  );
  const ids = await Promise.all(Array.from({ length: count }, () => addConnection(site.db)));
  await site.db.query(`update importer.connections set phase = 'active', x_user_id = '7' where id = any($1)`, [ids]);
  for (const id of ids) await saveGrants(site.db, id, [{ accountId: 'a1', historyFrom: null, waitDays: 1 }]);
  return ids;
};
const refuse = (): Promise<unknown> =>
  site.db.query(
    `update importer.credentials set status = 'rejected', rejected_at = now(), rejected_reason = '401',
       rejected_code = 'CredentialsRejected', rejected_next_step = 'Reconnect.'`,
  );
const heal = (): Promise<unknown> =>
  site.db.query(
    `update importer.credentials set status = 'valid', rejected_at = null, rejected_reason = null, rejected_code = null`,
  );

/** The façade, which says these things of each connection. */
const watching = (ids: readonly string[], status: StatusWord, openSince?: Date): Pick<WatchOptions, 'operator'> => ({
  operator: {
    watched: async (workspaceId: string) =>
      (await site.operator.watched(workspaceId)).map((each) =>
        ids.includes(each.id) ? { ...each, mark: { ...each.mark, status }, openSince: openSince?.toISOString() } : each,
      ),
  } satisfies Pick<Importer, 'watched'>,
});

test('settings keep the addresses of hooks to themselves, refuse private networks and stale edits, and are in the audit', async () => {
  expect((await put({ webhook: hookUrl('secret-path'), chat: hookUrl('services/T0/secret-chat') })).body).toMatchObject(
    {
      webhookHost: new URL(hookUrl('')).host,
      mail: { allowed: false, reason: expect.stringContaining('SMTP_URL') as string },
      version: 1,
    },
  );
  // What is left out stays, and a version of before is refused.
  expect((await put({ lateAfterHours: 12 }, { 'if-match': '"1"' })).body).toMatchObject({
    version: 2,
    chatHost: new URL(hookUrl('')).host,
  });
  expect((await put({ lateAfterHours: 24 }, { 'if-match': '"1"' })).status).toBe(412);
  for (const [field, value, words] of [
    ['webhook', 'http://169.254.169.254/latest', 'private network'],
    ['webhook', 'https://[::ffff:10.0.0.1]/', 'private network'],
    ['chat', 'https://10.1.2.3/x', 'private network'],
    ['chat', 'ftp://example.com', 'https://'],
    ['chat', 'https://ada:secret@example.com/', 'password'],
    ['emails', ['ada@example.com'], 'SMTP_URL'],
    ['lateAfterHours', 1, ''],
  ] as const) {
    const { status, body } = await put({ [field]: value });
    expect([field, status >= 400 && status < 500]).toEqual([field, true]);
    expect(JSON.stringify(body)).toContain(words);
  }
  const seen = await site.ask('GET /notifications', { as: owner.as });
  const audit = await site.ask('GET /audit', { as: owner.as });
  const { rows } = await site.db.query<{ text: string }>(
    `select s::text as text from app.notification_settings s union all select a::text from app.audit a`,
  );
  expect(audit.text).toContain('notifications.changed');
  for (const text of [seen.text, audit.text, ...rows.map((row) => row.text)]) expect(text).not.toContain('secret-');
});

test('a name that leads into a private network is refused when the message is sent', async () => {
  const { port } = hook.address() as AddressInfo;
  expect((await put({ webhook: `https://localhost:${port}/x` })).status).toBe(200);
  await onCredential(1);
  await refuse();
  await judgeWorkspaces(options());
  await sendMessages({ ...options(), hookNetworks: [] });
  const { messages } = (await site.ask('GET /notifications', { as: owner.as })).body as unknown as {
    messages: { deliveries: { channel: string; trouble?: string }[] }[];
  };
  expect(messages[0]?.deliveries.find(({ channel }) => channel === 'webhook')?.trouble).toContain('private network');
  expect(posted.filter(({ path }) => path === '/x')).toEqual([]);
  await put({ webhook: hookUrl('secret-path') });
});

test('ten connections of one dead credential make one message in each channel, then one recovery', async () => {
  const ids = await onCredential(10);
  await site.db.query(`update importer.connections set display_name = '<!channel> & Co' where id = $1`, [ids[0]]);
  await round();
  expect(posted).toEqual([]);
  await refuse();
  await Promise.all([round(), round()]);
  await round();
  const [web, chat] = ['/secret-path', '/services/T0/secret-chat'].map((path) =>
    posted.filter((one) => one.path === path),
  );
  expect([web?.length, chat?.length]).toEqual([1, 1]);
  expect(web?.[0]?.body).toMatchObject({
    kind: 'alarm',
    subject: '10 connections need a person',
    workspace: { name: 'Default workspace' },
    alarms: [{ kind: 'needs_person', connections: { length: 10 } }],
    text: expect.stringContaining("X no longer accepts @acme's authorization. Reconnect.") as string,
  });
  expect(Object.keys(chat?.[0]?.body ?? {})).toEqual(['text']);
  expect(chat?.[0]?.body.text).toContain('&lt;!channel&gt; &amp; Co');
  await heal();
  await round();
  await round();
  expect(posted.slice(2).map(({ body }) => body['subject'] ?? body.text.split('\n', 1)[0])).toEqual(
    expect.arrayContaining(['Solved: 10 connections', '*Solved: 10 connections*']),
  );
  expect(posted).toHaveLength(4);
});

test('the recovery goes only where the alarm has arrived, and an alarm that is over goes nowhere any more', async () => {
  await onCredential(1);
  await refuse();
  answers = [500, 500];
  await round();
  expect(posted).toHaveLength(2);
  answers = [500, 200];
  await again();
  const { rows } = await site.db.query<{ channel: string }>(
    'select channel from app.deliveries where sent_at is not null',
  );
  expect(rows).toHaveLength(1);
  const heard = rows[0]?.channel === 'chat' ? '/services/T0/secret-chat' : '/secret-path';
  await heal();
  posted = [];
  await round();
  await again();
  expect(posted.map(({ path }) => path)).toEqual([heard]);
});

test('what a person has paused or hidden is not told, and what is late is told after the hours of the workspace', async () => {
  const [late = '', paused = '', hidden = ''] = await onCredential(3);
  await site.db.query(`update importer.connections set phase = 'paused' where id = $1`, [paused]);
  await site.db.query(
    `update importer.connections set privacy = 'private', display_name = 'Secret Ads' where id = $1`,
    [hidden],
  );
  const now = Date.now();
  const of = (hours: number) => watching([late, hidden], 'behind', new Date(now - hours * 3_600_000));
  await round({ ...of(11), now: () => new Date(now - 3_600_000) });
  expect(posted).toEqual([]);
  await site.db.query(`update app.alarms set seen_at = now() - interval '1 hour'`);
  await round(of(13));
  expect(posted).toHaveLength(2);
  const web = posted.find(({ path }) => path === '/secret-path');
  expect(web?.body).toMatchObject({ subject: '2 connections are late', alarms: { length: 2 } });
  expect(JSON.stringify(posted)).not.toContain('Secret Ads');
  expect(web?.body.text).toContain('A private connection');
  expect(web?.body.text).not.toContain(paused);
  // One is paused now, and only the other recovers.
  await site.db.query(`update importer.connections set phase = 'paused' where id = $1`, [late]);
  posted = [];
  await round(watching([hidden], 'up_to_date'));
  expect(posted.map(({ body }) => body['subject'] ?? '')).toEqual(
    expect.arrayContaining(['Solved: A private connection']),
  );
  expect(posted).toHaveLength(2);
});

test('a test goes to every channel at once, and says what became of it', async () => {
  answers = [404];
  const { body } = await site.ask('POST /notifications/test', { as: owner.as });
  const { channels } = body as unknown as { channels: { channel: string; trouble?: string }[] };
  expect(channels.map(({ channel }) => channel)).toEqual(['webhook', 'chat']);
  expect(channels.flatMap(({ trouble }) => trouble ?? [])).toEqual([expect.stringMatching(/it answered 404$/)]);
  expect(posted.map(({ body: { text } }) => text.includes('Nothing is wrong'))).toEqual([true, true]);
  const seen = (await site.ask('GET /notifications', { as: owner.as })).body as unknown as { messages: object[] };
  expect(seen.messages).toMatchObject([{ kind: 'test', deliveries: { length: 2 } }]);
  await again();
  expect(posted).toHaveLength(2);
});
