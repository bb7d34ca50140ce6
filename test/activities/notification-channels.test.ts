import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { DeliveryFailed } from '../../delivery/failed.js';
import { Postponed } from '../../activities/postponed.js';
import { totals } from '../../store/reports/gauges.js';
import { deliver, gatherMessage, giveUpMessages, messagesFor, closeMessages } from '../../store/notifications.js';
import { usePeople } from './people.js';
import { rowsOf } from './site.js';

const people = usePeople();

describe('a message', () => {
  test('reaches a channel that works however long another is away, and the trouble is named once', async () => {
    people.takesMail = false;
    for (const user of ['1', '2', '3']) {
      await people.die(user);
      const told: unknown = await people.send(people.everywhere()).catch((caught: unknown) => caught);
      expect(String(told)).toBe('DeliveryFailed: the mail server of SMTP_URL did not take the mail: EMESSAGE 452');
    }
    expect(people.posted.map(({ body }) => body['subject'])).toEqual(
      ['1', '2', '3'].map((user) => `X rejected the credentials for @user${user}`),
    );
    people.answers = [500];
    await people.die('4');
    await expect(people.send(people.everywhere())).rejects.toThrow(
      'the web hook of NOTIFY_WEBHOOK_URL answered 500; the mail server of SMTP_URL did not take the mail: EMESSAGE 452',
    );
    people.takesMail = true;
    expect(await people.send(people.everywhere())).toEqual({ messages: 4, notifications: 4 });
    expect([people.posted.length, people.mails.length]).toEqual([5, 4]);
  });

  test('is not kept back by a channel that hangs, nor by the messages that it did not take before', async () => {
    people.takesMail = false;
    for (const user of ['1', '2', '3']) {
      await people.die(user);
      // One a channel in each attempt.
      await expect(people.send({ ...people.everywhere(), attemptSeconds: 0 })).rejects.toThrow(DeliveryFailed);
    }
    expect(people.posted).toHaveLength(3);
    const tried = await rowsOf<{ tried: number }>(
      people.db,
      'select count(email_tried_at)::int as tried from importer.notification_messages',
    );
    expect(tried).toEqual([{ tried: 3 }]);
    people.takesMail = true;
    await expect(people.send({ ...people.everywhere(), attemptSeconds: 0 })).rejects.toThrow(Postponed);
    expect(await people.send(people.everywhere())).toEqual({ messages: 2, notifications: 2 });
    expect(people.mails).toHaveLength(3);
  });

  test('goes through one channel while another hangs with it, and is not given up under its hands', async () => {
    await people.die('7');
    await gatherMessage(people.db, 0);
    const [id = ''] = await messagesFor(people.db, 'webhook');
    const [reached, goesOn] = [new AbortController(), new AbortController()];
    const hanging = deliver(people.db, id, 'webhook', async () => {
      reached.abort();
      await once(goesOn.signal, 'abort');
    });
    await once(reached.signal, 'abort');
    expect(await deliver(people.db, id, 'email', async () => undefined)).toBe('sent');
    expect(await deliver(people.db, id, 'webhook', async () => undefined)).toBe('busy');
    await people.db.query(`update importer.notification_messages set created_at = created_at - interval '25 hours'`);
    expect(await giveUpMessages(people.db)).toEqual([]);
    goesOn.abort();
    expect(await hanging).toBe('sent');
    expect(await closeMessages(people.db, ['webhook', 'email'])).toMatchObject([
      { id, notifications: [{ xUserId: '7' }] },
    ]);
  });

  test('is given up after a day, once, with the reason, and counted no longer', async () => {
    const [connectionId] = await people.die('7');
    people.takesMail = false;
    await people.send(people.everywhere()).catch(() => undefined);
    expect((await totals(people.db)).notificationsUnsent).toBe(1);
    await people.db.query(`update importer.notification_messages set created_at = created_at - interval '25 hours'`);
    await Promise.all([people.send(people.everywhere()), people.send(people.everywhere())]);
    await people.send(people.everywhere());
    const warnings = people.logged.filter(({ level, message }) => level === 'WARN' && message !== 'Activity failed');
    expect(warnings).toMatchObject([
      { message: 'gave up notifying after a day', meta: { connectionIds: [connectionId] } },
    ]);
    const rows = await rowsOf(
      people.db,
      `select given_up_at is not null and closed_at is not null as "givenUp", given_up_reason as reason,
         webhook_sent_at is not null as webhook, email_sent_at is not null as email from importer.notification_messages`,
    );
    const reason = 'the mail server of SMTP_URL did not take the mail: EMESSAGE 452';
    expect(rows).toEqual([{ givenUp: true, reason, webhook: true, email: false }]);
    expect((await totals(people.db)).notificationsUnsent).toBe(0);
    people.takesMail = true;
    await people.send(people.everywhere());
    expect([people.posted.length, people.mails.length]).toEqual([1, 0]);
  });
});

describe('a credential that is healed before everybody was told', () => {
  test('is left out of the message, and alone makes none', async () => {
    await people.reject('1');
    await people.reject('2');
    await people.heal('1');
    expect(await people.send(people.everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect(people.posted.map(({ body }) => body['subject'])).toEqual(['X rejected the credentials for @user2']);
    await people.reject('3');
    await people.heal('3');
    expect(await people.send(people.everywhere())).toEqual({ messages: 0, notifications: 0 });
    expect([people.posted.length, people.mails.length]).toEqual([1, 1]);
    expect((await totals(people.db)).notificationsUnsent).toBe(0);
    const withdrawn =
      'select x_user_id as "user" from importer.notifications where withdrawn_at is not null order by 1';
    expect(await rowsOf(people.db, withdrawn)).toEqual([{ user: '1' }, { user: '3' }]);
  });

  test('is not told to a channel that was away meanwhile, and its next death is', async () => {
    await people.reject('1');
    people.takesMail = false;
    await expect(people.send(people.everywhere())).rejects.toThrow(DeliveryFailed);
    await people.heal('1');
    people.takesMail = true;
    expect(await people.send(people.everywhere())).toEqual({ messages: 0, notifications: 0 });
    expect([people.posted.length, people.mails.length]).toEqual([1, 0]);
    expect(await rowsOf(people.db, 'select from importer.notification_messages where closed_at is null')).toEqual([]);
    await people.db.query(`update importer.notifications set key = 'credentials_rejected/1/before'`);
    await people.reject('1');
    expect(await people.send(people.everywhere())).toEqual({ messages: 1, notifications: 1 });
    expect([people.posted.length, people.mails.length]).toEqual([2, 1]);
  });

  test('of a connection that has ended is told to nobody', async () => {
    await people.die('1');
    await people.db.query(`update importer.connections set phase = 'disconnected'`);
    expect(await people.send(people.everywhere())).toEqual({ messages: 0, notifications: 0 });
    expect([people.posted.length, people.mails.length]).toEqual([0, 0]);
  });
});
