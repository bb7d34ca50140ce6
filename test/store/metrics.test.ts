import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { totals } from '../../store/metrics.js';
import { queueNotification } from '../../store/notifications.js';
import { addConnection, openStore, type TestStore } from './database.js';

let store: TestStore;
beforeEach(async () => {
  store = await openStore();
});
afterEach(() => store[Symbol.asyncDispose]());

const die = async (xUserId: string): Promise<void> => {
  const connectionIds = [await addConnection(store.db)];
  await store.db.query(
    `insert into importer.credentials (x_user_id, screen_name, sealed, key_id, status, rejected_at, rejected_reason)
     values ($1, 'ada', '', '', 'rejected', now(), 'refused')`,
    [xUserId],
  );
  const kind = 'credentials_rejected';
  await queueNotification(store.db, { key: xUserId, kind, xUserId, screenName: 'ada', connectionIds, reason: 'r' });
};
const unsent = async (): Promise<number> => (await totals(store.db)).notificationsUnsent;

describe('an unsent notification', () => {
  test('is one that is still to be tried', async () => {
    await die('1');
    expect(await unsent()).toBe(1);
    await store.db.query(
      `with message as (insert into importer.notification_messages default values returning id)
       update importer.notifications set message_id = message.id from message`,
    );
    expect(await unsent()).toBe(1);
    await store.db.query(`update importer.notification_messages set created_at = now() - interval '25 hours'`);
    expect(await unsent()).toBe(0);
  });

  test('is none when its credential was healed before anybody was told', async () => {
    await die('1');
    await die('2');
    await store.db.query(
      `update importer.credentials set status = 'valid', rejected_at = null, rejected_reason = null where x_user_id = '1'`,
    );
    expect(await unsent()).toBe(1);
    await store.db.query(`update importer.connections set phase = 'disconnected'`);
    expect(await unsent()).toBe(0);
  });
});
