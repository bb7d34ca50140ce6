import { describe, expect, test } from 'vitest';
import { toFailure } from '../../activities/failures.js';
import { Postponed } from '../../activities/postponed.js';
import { DeliveryFailed } from '../../delivery/failed.js';
import { getCredential } from '../../store/connection/credentials.js';
import { usePeople } from './people.js';
import { openSite, rowsOf } from './site.js';

const people = usePeople();

describe('a notification', () => {
  test('reaches web hook and mail once, with the cause and the next step', async () => {
    const [connectionId = ''] = await people.die('7', 'ada');
    expect(await people.send(people.everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect(await people.send(people.everywhere())).toEqual({ messages: 0, notifications: 0 });
    expect(people.posted).toHaveLength(1);
    expect(people.posted[0]?.body).toMatchObject({
      kind: 'credentials_rejected',
      subject: 'X rejected the credentials for @ada',
      credentials: [{ xUserId: '7', screenName: 'ada', connections: [{ id: connectionId, name: 'Ads of Ada' }] }],
    });
    expect(people.posted[0]?.body.text).toContain('X rejected the credentials for @ada (GET /12/accounts: HTTP 401');
    expect(people.posted[0]?.body.text).toContain(`xads reconnect ${connectionId}`);
    expect(people.posted[0]?.headers['idempotency-key']).toBe(people.posted[0]?.body['id']);
    expect(people.mails).toHaveLength(1);
    expect(people.mails[0]).toMatch(/^To: ada@example.com, grace@example.com\r$/m);
    expect(people.mails[0]).toMatch(/^Subject: \[X Ads Importer\] X rejected the credentials for @ada\r$/m);
    expect(people.mails[0]).toContain('xads reconnect');
  });

  test.each([
    ['AccountLocked', 'X has locked or suspended @ada'],
    ['AppNotApproved', 'X refuses @ada: the app has no access to the Ads API'],
    ['TokenTooOld', "X finds the credentials for @ada older than the app's approval"],
  ])('of %s says what X refuses and what to do there before signing in again', async (code, subject) => {
    const [connectionId = ''] = await people.die('7', 'ada', 1, { code, nextStep: 'Do this at X; then reconnect.' });
    await people.send(people.everywhere());
    const step = `Do this at X; then reconnect. Sign in again as @ada: \`xads reconnect ${connectionId}\``;
    expect(people.posted[0]?.body).toMatchObject({ subject, credentials: [{ nextStep: step }] });
    expect(people.posted[0]?.body.text).toContain(`${subject} (GET /12/accounts`);
    expect(people.posted[0]?.body.text).toContain(step);
  });

  test('is a line in the log where nothing else is configured, and stays told', async () => {
    const [connectionId] = await people.die('7');
    expect(await people.send({ windowSeconds: 0 })).toEqual({ messages: 1, notifications: 1 });
    expect(people.logged).toMatchObject([
      { level: 'INFO', message: 'notified', meta: { connectionIds: [connectionId] } },
    ]);
    await people.send(people.everywhere());
    expect([people.posted.length, people.mails.length]).toEqual([0, 0]);
  });

  test('is repeated where it failed, and only there', async () => {
    await people.die('7');
    people.answers = [500];
    await expect(people.send(people.everywhere())).rejects.toThrow('the web hook of NOTIFY_WEBHOOK_URL answered 500');
    expect([people.posted.length, people.mails.length]).toEqual([1, 1]);
    expect(await people.send(people.everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect([people.posted.length, people.mails.length]).toEqual([2, 1]);
    expect(people.posted[1]?.body['id']).toBe(people.posted[0]?.body['id']);
  });

  test('that the mail server refuses is kept for the next attempt', async () => {
    await people.die('7');
    people.takesMail = false;
    await expect(people.send(people.everywhere())).rejects.toThrow(
      'the mail server of SMTP_URL did not take the mail: EMESSAGE 452',
    );
    people.takesMail = true;
    await people.send(people.everywhere());
    expect([people.posted.length, people.mails.length]).toEqual([1, 1]);
  });

  test('is not carried to where a web hook redirects, and failures do not tell the address', async () => {
    await people.die('7');
    people.answers = [302];
    const error: unknown = await people.send(people.everywhere()).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DeliveryFailed);
    const unreachable = { windowSeconds: 0, webhookUrl: 'http://127.0.0.1:1/hooks/secret-path' };
    const other: unknown = await people.send(unreachable).catch((caught: unknown) => caught);
    expect(String(other)).toBe('DeliveryFailed: the web hook of NOTIFY_WEBHOOK_URL cannot be reached: ECONNREFUSED');
    expect(`${String(error)}${String(other)}${JSON.stringify([error, other])}`).not.toContain('secret-path');
  });

  test('is sent once when many workers try at the same moment', async () => {
    await people.die('7');
    await Promise.allSettled(Array.from({ length: 8 }, () => people.send(people.everywhere())));
    await people.send(people.everywhere());
    expect([people.posted.length, people.mails.length]).toEqual([1, 1]);
  });
});

describe('many deaths at once', () => {
  test('wait for one another, and are told in one message that names the connections', async () => {
    for (let user = 1; user <= 30; user += 1) await people.die(String(user), `user${user}`, 2);
    const waiting: unknown = await people
      .send({ ...people.everywhere(), windowSeconds: 60 })
      .catch((caught: unknown) => caught);
    expect(waiting).toBeInstanceOf(Postponed);
    expect(waiting).toMatchObject({ seconds: expect.closeTo(60, -1) as number });
    expect(people.posted).toHaveLength(0);
    await people.db.query(`update importer.notifications set queued_at = queued_at - interval '61 seconds'`);
    expect(await people.send({ ...people.everywhere(), windowSeconds: 60 })).toEqual({
      messages: 1,
      notifications: 30,
    });
    expect([people.posted.length, people.mails.length]).toEqual([1, 1]);
    expect(people.posted[0]?.body).toMatchObject({
      subject: 'X rejected the credentials of 30 X users: 60 connections stand still',
    });
    expect(people.posted[0]?.body.text).toContain('X suspended the app');
    expect(people.posted[0]?.body.text).toContain('And 10 X users more');
    expect(people.posted[0]?.body.credentials).toHaveLength(30);
  });

  test('wait as a pending activity, which is no failure', () => {
    const failure = toFailure(new Postponed('NotificationWait', 'events within a minute are sent in one message', 42), {
      now: 0,
      age: 0,
      jitter: 0,
    });
    expect(failure).toMatchObject({ type: 'NotificationWait', category: 'BENIGN', nextRetryDelay: 42_000 });
  });

  test('after a message wait for the next', async () => {
    await people.die('1');
    await people.send(people.everywhere());
    await people.die('2');
    await expect(people.send({ ...people.everywhere(), windowSeconds: 60 })).rejects.toThrow(Postponed);
    expect(people.posted).toHaveLength(1);
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
  for (const secret of [pair?.token, pair?.tokenSecret]) expect(queued[0]?.text).not.toContain(String(secret));
});
