import { randomBytes, randomUUID } from 'node:crypto';
import type { AccountId, ConnectionId, RunId } from '../../domain/ids.js';
import { saveAccounts } from '../../store/account/accounts.js';
import { createConnection } from '../../store/connection/connections.js';
import { createPool, type Db } from '../../store/pool.js';
import { createSealer } from '../../store/secrets.js';
import { createDatabase, shiftClock } from '../support/database.js';

export interface TestStore extends AsyncDisposable {
  readonly db: Db;
  readonly url: string;
}

/** A pool on a database of one's own, whose clock may be ahead by some seconds; both end with the test. */
export const openStore = async ({ postgresAhead = 0 } = {}): Promise<TestStore> => {
  const database = await createDatabase();
  if (postgresAhead !== 0) await shiftClock(database.url, postgresAhead);
  const db = createPool(database.url);
  return {
    db,
    url: database.url,
    [Symbol.asyncDispose]: async () => {
      await db.end();
      await database.drop();
    },
  };
};

export const newSealer = () => createSealer([randomBytes(32)]);

export const addConnection = async (db: Db, id: ConnectionId = randomUUID()): Promise<ConnectionId> => {
  await createConnection(db, { id, displayName: 'Ads of Ada', createdBy: 'ada' });
  return id;
};

export const addAccounts = (db: Db, ...ids: readonly AccountId[]): Promise<void> =>
  saveAccounts(
    db,
    ids.map((id) => ({
      id,
      name: `Account ${id}`,
      businessName: null,
      timezone: 'Europe/Prague',
      timezoneSwitchAt: null,
      approvalStatus: 'ACCEPTED',
      deleted: false,
      createdAt: '2020-01-01T00:00:00Z',
      raw: { id },
    })),
    '2026-01-01T00:00:00Z',
  );

/** An import run on the account, with the connection that it belongs to. */
export const addRun = async (db: Db, accountId: AccountId): Promise<RunId> => {
  const id = randomUUID();
  const connectionId = await addConnection(db);
  await db.query(
    `insert into importer.import_runs (id, connection_id, account_id, x_user_id, kind, first_day, last_day, workflow_id)
     values ($1, $2, $3, '7', 'history', '2026-01-01', '2026-03-31', $4)`,
    [id, connectionId, accountId, `import/${id}`],
  );
  return id;
};
