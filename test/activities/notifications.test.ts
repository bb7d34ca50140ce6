import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Deps, NotificationSettings } from '../../activities/deps.js';
import { toFailure } from '../../activities/failures.js';
import { Waiting } from '../../activities/waiting.js';
import { createNotifications, NotificationFailed } from '../../activities/notifications.js';
import type { Problem } from '../../domain/connection.js';
import { getCredential } from '../../store/credentials.js';
import { queueNotification } from '../../store/notifications.js';
import { addConnection, openStore, type TestStore } from '../store/database.js';
import { openSite, rowsOf } from './site.js';

interface Posted {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown> & { text: string; credentials: { nextStep: string }[] };
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

let store: TestStore;
let hook: Server;
let mailServer: SMTPServer;
let posted: Posted[];
let mails: string[];
let logged: LogEntry[];
/** What the web hook answers, one after the other; then 200. */
let answers: number[];
let takesMail = true;

beforeAll(async () => {
  hook = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString('utf8')));
    request.on('end', () => {
      posted.push({ headers: request.headers, body: JSON.parse(text) as Posted['body'] });
      response.writeHead(answers.shift() ?? 200, { location: 'http://127.0.0.1:1/elsewhere' }).end('ok');
    });
  });
  mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
      stream.on('end', () => {
        // Soft line ends of quoted-printable.
        if (takesMail) mails.push(text.replaceAll('=\r\n', ''));
        done(takesMail ? null : Object.assign(new Error('no room'), { responseCode: 452 }));
      });
    },
  });
  await Promise.all([
    new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', () => resolve())),
    new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', () => resolve())),
  ]);
});
afterAll(async () => {
  await Promise.all([
    new Promise((resolve) => hook.close(resolve)),
    new Promise<void>((resolve) => mailServer.close(() => resolve())),
  ]);
});
beforeEach(async () => {
  store = await openStore();
  [posted, mails, logged, answers, takesMail] = [[], [], [], [], true];
});
afterEach(() => store[Symbol.asyncDispose]());

const everywhere = (): NotificationSettings => ({
  webhookUrl: `http://127.0.0.1:${portOf(hook)}/hooks/secret-path`,
  email: { smtpUrl: `smtp://127.0.0.1:${portOf(mailServer.server)}`, to: ['ada@example.com', 'grace@example.com'] },
  windowSeconds: 0,
});

const send = (settings: NotificationSettings) => {
  const activities = createNotifications({ db: store.db, notifications: settings } as Deps);
  const logger = new DefaultLogger('INFO', (entry) => void logged.push(entry));
  return new MockActivityEnvironment(undefined, { logger }).run((input) => activities.sendNotifications(input), {});
};

const die = async (
  xUserId: string,
  screenName = `user${xUserId}`,
  connections = 1,
  problem?: Problem,
): Promise<string[]> => {
  const connectionIds = await Promise.all(Array.from({ length: connections }, () => addConnection(store.db)));
  const reason = 'GET /12/accounts: HTTP 401: Invalid or expired token (89)';
  const key = `credentials_rejected/${xUserId}/2026-01-01T00:00:00Z`;
  const dead = {
    key,
    kind: 'credentials_rejected',
    xUserId,
    screenName,
    connectionIds,
    reason,
    ...(problem ? { problem } : {}),
  } as const;
  await queueNotification(store.db, dead);
  expect(await queueNotification(store.db, dead)).toBe(false);
  return connectionIds;
};

describe('a notification', () => {
  test('reaches web hook and mail once, with the cause and the next step', async () => {
    const [connectionId = ''] = await die('7', 'ada');
    expect(await send(everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect(await send(everywhere())).toEqual({ messages: 0, notifications: 0 });
    expect(posted).toHaveLength(1);
    expect(posted[0]?.body).toMatchObject({
      kind: 'credentials_rejected',
      subject: 'X rejected the credentials for @ada',
      credentials: [{ xUserId: '7', screenName: 'ada', connections: [{ id: connectionId, name: 'Ads of Ada' }] }],
    });
    expect(posted[0]?.body.text).toContain('X rejected the credentials for @ada (GET /12/accounts: HTTP 401');
    expect(posted[0]?.body.text).toContain(`xads reconnect ${connectionId}`);
    expect(posted[0]?.headers['idempotency-key']).toBe(posted[0]?.body['id']);
    expect(mails).toHaveLength(1);
    expect(mails[0]).toMatch(/^To: ada@example.com, grace@example.com\r$/m);
    expect(mails[0]).toMatch(/^Subject: \[X Ads Importer\] X rejected the credentials for @ada\r$/m);
    expect(mails[0]).toContain('xads reconnect');
  });

  test.each([
    ['AccountLocked', 'X has locked or suspended @ada'],
    ['AppNotApproved', 'X refuses @ada: the app has no access to the Ads API'],
    ['TokenTooOld', "X finds the credentials for @ada older than the app's approval"],
  ])('of %s says what X refuses and what to do there before signing in again', async (code, subject) => {
    const [connectionId = ''] = await die('7', 'ada', 1, { code, nextStep: 'Do this at X; then reconnect.' });
    await send(everywhere());
    const step = `Do this at X; then reconnect. Sign in again as @ada: \`xads reconnect ${connectionId}\``;
    expect(posted[0]?.body).toMatchObject({ subject, credentials: [{ nextStep: step }] });
    expect(posted[0]?.body.text).toContain(`${subject} (GET /12/accounts`);
    expect(posted[0]?.body.text).toContain(step);
  });

  test('is a line in the log where nothing else is configured, and stays told', async () => {
    const [connectionId] = await die('7');
    expect(await send({ windowSeconds: 0 })).toEqual({ messages: 1, notifications: 1 });
    expect(logged).toMatchObject([{ level: 'INFO', message: 'notified', meta: { connectionIds: [connectionId] } }]);
    await send(everywhere());
    expect([posted.length, mails.length]).toEqual([0, 0]);
  });

  test('is repeated where it failed, and only there', async () => {
    await die('7');
    answers = [500];
    await expect(send(everywhere())).rejects.toThrow('the web hook of NOTIFY_WEBHOOK_URL answered 500');
    expect([posted.length, mails.length]).toEqual([1, 1]);
    expect(await send(everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect([posted.length, mails.length]).toEqual([2, 1]);
    expect(posted[1]?.body['id']).toBe(posted[0]?.body['id']);
  });

  test('that the mail server refuses is kept for the next attempt', async () => {
    await die('7');
    takesMail = false;
    await expect(send(everywhere())).rejects.toThrow('the mail server of SMTP_URL did not take the mail: EMESSAGE 452');
    takesMail = true;
    await send(everywhere());
    expect([posted.length, mails.length]).toEqual([1, 1]);
  });

  test('is not carried to where a web hook redirects, and failures do not tell the address', async () => {
    await die('7');
    answers = [302];
    const error: unknown = await send(everywhere()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NotificationFailed);
    const unreachable = { windowSeconds: 0, webhookUrl: 'http://127.0.0.1:1/hooks/secret-path' };
    const other: unknown = await send(unreachable).catch((caught: unknown) => caught);
    expect(String(other)).toBe(
      'NotificationFailed: the web hook of NOTIFY_WEBHOOK_URL cannot be reached: ECONNREFUSED',
    );
    expect(`${String(error)}${String(other)}${JSON.stringify([error, other])}`).not.toContain('secret-path');
  });

  test('is sent once when many workers try at the same moment', async () => {
    await die('7');
    await Promise.allSettled(Array.from({ length: 8 }, () => send(everywhere())));
    await send(everywhere());
    expect([posted.length, mails.length]).toEqual([1, 1]);
  });
});

describe('many deaths at once', () => {
  test('wait for one another, and are told in one message that names the connections', async () => {
    for (let user = 1; user <= 30; user += 1) await die(String(user), `user${user}`, 2);
    const waiting: unknown = await send({ ...everywhere(), windowSeconds: 60 }).catch((caught: unknown) => caught);
    expect(waiting).toBeInstanceOf(Waiting);
    expect(waiting).toMatchObject({ seconds: expect.closeTo(60, -1) as number });
    expect(posted).toHaveLength(0);
    await store.db.query(`update importer.notifications set queued_at = queued_at - interval '61 seconds'`);
    expect(await send({ ...everywhere(), windowSeconds: 60 })).toEqual({ messages: 1, notifications: 30 });
    expect([posted.length, mails.length]).toEqual([1, 1]);
    expect(posted[0]?.body).toMatchObject({
      subject: 'X rejected the credentials of 30 X users: 60 connections stand still',
    });
    expect(posted[0]?.body.text).toContain('X suspended the app');
    expect(posted[0]?.body.text).toContain('And 10 X users more');
    expect(posted[0]?.body.credentials).toHaveLength(30);
  });

  test('wait as a pending activity, which is no failure', () => {
    const failure = toFailure(
      new Waiting('NotificationWait', 'what happens within a minute is told in one message', 42),
      {
        now: 0,
        age: 0,
        jitter: 0,
      },
    );
    expect(failure).toMatchObject({ type: 'NotificationWait', category: 'BENIGN', nextRetryDelay: 42_000 });
  });

  test('after a message wait for the next', async () => {
    await die('1');
    await send(everywhere());
    await die('2');
    await expect(send({ ...everywhere(), windowSeconds: 60 })).rejects.toThrow(Waiting);
    expect(posted).toHaveLength(1);
  });
});

test('a token that X revoked queues one notification, however many calls meet the refusal, and no secret', async () => {
  await using site = await openSite({ accounts: 1 });
  const connectionId = await site.connect();
  await site.call('listAccounts', { connectionId });
  const [user] = await rowsOf<{ id: string }>(site.db, 'select x_user_id as id from importer.credentials');
  const pair = await getCredential(site.db, site.sealer, user?.id ?? '');
  await site.faults({ kind: 'token_revoked' });
  await Promise.allSettled(Array.from({ length: 5 }, () => site.call('listAccounts', { connectionId })));
  const queued = await rowsOf<{ key: string; connection_ids: string[]; text: string }>(
    site.db,
    'select n.*, row(n)::text as text from importer.notifications n',
  );
  expect(queued).toHaveLength(1);
  expect(queued[0]?.connection_ids).toEqual([connectionId]);
  for (const secret of [pair?.token, pair?.secret]) expect(queued[0]?.text).not.toContain(String(secret));
});
