import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { Deps, NotificationSettings } from '../../activities/deps.js';
import { createNotifyActivities, type SentNotifications } from '../../activities/connection/notify.js';
import type { Problem } from '../../domain/connection.js';
import type { Db } from '../../store/pool.js';
import { queueNotification } from '../../store/notifications.js';
import { addConnection, openStore, type TestStore } from '../store/database.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';

interface Posted {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown> & { text: string; credentials: { nextStep: string }[] };
}

const portOf = (server: { address(): AddressInfo | string | null }): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** A web hook and a mail server that people read, and the outbox that they are told from; new for each test. */
export interface People {
  readonly db: Db;
  readonly posted: readonly Posted[];
  readonly mails: readonly string[];
  readonly logged: readonly LogEntry[];
  /** What the web hook answers, one after the other; then 200. */
  answers: number[];
  takesMail: boolean;
  /** Both channels, and no wait. */
  everywhere(): NotificationSettings;
  send(settings: NotificationSettings): Promise<SentNotifications>;
  /** Queues the death of a credential. Answers its connections. */
  die(xUserId: string, screenName?: string, connections?: number, problem?: Problem): Promise<string[]>;
  /** Marks the credential rejected as well. */
  reject(xUserId: string): Promise<void>;
  heal(xUserId: string): Promise<unknown>;
}

interface Received {
  posted: Posted[];
  mails: string[];
  logged: LogEntry[];
  answers: number[];
  takesMail: boolean;
}

const nothingYet = (): Received => ({ posted: [], mails: [], logged: [], answers: [], takesMail: true });

/** Registers the hooks of the test file. */
export const usePeople = (): People => {
  const received = nothingYet();
  let store: TestStore | undefined;
  const db = (): Db => {
    if (store === undefined) throw new Error('the outbox is open during tests only');
    return store.db;
  };
  const hook = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString('utf8')));
    request.on('end', () => {
      received.posted.push({ headers: request.headers, body: JSON.parse(text) as Posted['body'] });
      response.writeHead(received.answers.shift() ?? 200, { location: 'http://127.0.0.1:1/elsewhere' }).end('ok');
    });
  });
  let mailServer: MailServer;
  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', () => resolve()));
    mailServer = await startMailServer((mail) => {
      if (received.takesMail) received.mails.push(mail);
      return received.takesMail;
    });
  });
  afterAll(async () => {
    await Promise.all([new Promise((resolve) => hook.close(resolve)), mailServer[Symbol.asyncDispose]()]);
  });
  beforeEach(async () => {
    store = await openStore();
    Object.assign(received, nothingYet());
  });
  afterEach(() => store?.[Symbol.asyncDispose]());

  const die: People['die'] = async (xUserId, screenName = `user${xUserId}`, connections = 1, problem) => {
    const connectionIds = await Promise.all(Array.from({ length: connections }, () => addConnection(db())));
    const reason = 'GET /12/accounts: HTTP 401: Invalid or expired token (89)';
    const key = `credentials_rejected/${xUserId}/2026-01-01T00:00:00Z`;
    const told = { key, kind: 'credentials_rejected', xUserId, screenName, connectionIds, reason } as const;
    const dead = { ...told, ...(problem ? { problem } : {}) };
    await queueNotification(db(), dead);
    expect(await queueNotification(db(), dead)).toBe(false);
    return connectionIds;
  };
  return {
    get db() {
      return db();
    },
    get posted() {
      return received.posted;
    },
    get mails() {
      return received.mails;
    },
    get logged() {
      return received.logged;
    },
    get answers() {
      return received.answers;
    },
    set answers(answers) {
      received.answers = answers;
    },
    get takesMail() {
      return received.takesMail;
    },
    set takesMail(takes) {
      received.takesMail = takes;
    },
    everywhere: () => ({
      webhookUrl: `http://127.0.0.1:${portOf(hook)}/hooks/secret-path`,
      email: { smtpUrl: mailServer.url, to: ['ada@example.com', 'grace@example.com'] },
      windowSeconds: 0,
    }),
    send(settings) {
      const activities = createNotifyActivities({ db: db(), notifications: settings } as Deps);
      const logger = new DefaultLogger('INFO', (entry) => void received.logged.push(entry));
      return new MockActivityEnvironment(undefined, { logger }).run((input) => activities.sendNotifications(input), {});
    },
    die,
    async reject(xUserId) {
      await db().query(
        `insert into importer.credentials (x_user_id, screen_name, sealed, key_id, status, rejected_at, rejected_reason)
         values ($1, 'ada', '', '', 'rejected', now(), 'refused')
         on conflict (x_user_id) do update set status = 'rejected', rejected_at = now(), rejected_reason = 'refused'`,
        [xUserId],
      );
      await die(xUserId);
    },
    heal: (xUserId) =>
      db().query(
        `update importer.credentials set status = 'valid', rejected_at = null, rejected_reason = null where x_user_id = $1`,
        [xUserId],
      ),
  };
};
