import { Pool, types } from 'pg';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';

/*
 * The store speaks SQL and nothing else: one file per query family over this pool. It knows nothing of HTTP, of X's
 * wire format or of Temporal, and decides nothing: what to do with a row is asked of `domain/`.
 */

/** Whatever runs a statement: the pool, or the one connection of a transaction. */
export interface Queryable {
  query<T extends QueryResultRow = QueryResultRow>(sql: string, params?: unknown[]): Promise<QueryResult<T>>;
}

export interface Db extends Queryable, AsyncDisposable {
  /** Runs `work` on one connection between `begin` and `commit`; any error rolls back and is thrown on. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

export interface PoolOptions {
  /** Connections at most. (Default: 10) */
  readonly max?: number;
  /** Connections that, once made, stay while nobody needs them; making one takes some ten milliseconds. (Default: 0) */
  readonly min?: number;
  /** How long one statement may take before the server ends it, in milliseconds. (Default: 60,000) */
  readonly statementTimeout?: number;
  /** How long a transaction may sit idle before the server ends it, in milliseconds. (Default: 60,000) */
  readonly idleInTransactionTimeout?: number;
  /** Shown in pg_stat_activity. (Default: x-ads-importer) */
  readonly applicationName?: string;
  /** Told of connections lost while nobody was waiting for them. (Default: nothing) */
  readonly onConnectionLost?: (error: Error) => void;
}

const oid = { int8: 20, date: 1082, timestamptz: 1184, int8Array: 1016, dateArray: 1182, timestamptzArray: 1185 };

/** Our bigints are ids of our own, counts and micros; each fits a safe integer, and one that does not must be seen. */
const parseInt8 = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the bigint ${text} does not fit a safe integer`);
  return value;
};

const libraryParser: (id: number, format?: 'text' | 'binary') => (text: string) => unknown = types.getTypeParser;

/** Sessions run in UTC, so the text of Postgres is nearly ISO already; microseconds are kept, unlike by `Date`. */
const parseInstant = (text: string): string => {
  if (text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
  // Another zone was set in the connection string, or it is infinity.
  const parsed = libraryParser(oid.timestamptz)(text);
  return parsed instanceof Date ? parsed.toISOString() : text;
};

const parseTextArray = libraryParser(1009);
const parseArray =
  <T>(parse: (text: string) => T) =>
  (text: string): (T | null)[] =>
    (parseTextArray(text) as (string | null)[]).map((item) => (item === null ? null : parse(item)));
const asIs = (text: string): string => text;

const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, parseInt8],
  [oid.date, asIs],
  [oid.timestamptz, parseInstant],
  [oid.int8Array, parseArray(parseInt8)],
  [oid.dateArray, parseArray(asIs)],
  [oid.timestamptzArray, parseArray(parseInstant)],
]);

const typeParsers = {
  getTypeParser: (id: number, format?: 'text' | 'binary') => parsers.get(id) ?? libraryParser(id, format),
};

const LOST_SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
]);
// Class 08 is connection exceptions; 57P01 to 57P03 are shutdown, crash and start-up; 53300 is too many connections.
const LOST_SQLSTATE = /^(08...|57P0[123]|53300)$/;
// pg gives these no code.
const LOST_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed)/;

/** Is this error about reaching Postgres, and not about what was asked of it? Then the same call may succeed later. */
export const isConnectionError = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    LOST_SOCKET.has(code) ||
    LOST_SQLSTATE.test(code) ||
    LOST_MESSAGE.test(error.message) ||
    (error.cause !== undefined && isConnectionError(error.cause))
  );
};

/** The SQLSTATE of an error that Postgres itself answered. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;

const rollBack = async (client: PoolClient, cause: unknown): Promise<void> => {
  if (isConnectionError(cause)) {
    client.release(true);
    return;
  }
  try {
    await client.query('rollback');
    client.release();
  } catch {
    // A connection that cannot roll back is thrown away; Postgres rolls back by itself when it closes.
    client.release(true);
  }
};

export const createPool = (databaseUrl: string, options: PoolOptions = {}): Db => {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    min: options.min ?? 0,
    application_name: options.applicationName ?? 'x-ads-importer',
    options: '-c timezone=UTC -c datestyle=ISO',
    // Also the wait for a free session: a busy machine is no broken one.
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: options.statementTimeout ?? 60_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeout ?? 60_000,
    // A server that vanished without closing the socket is noticed by us; one that lives ends the statement first.
    query_timeout: (options.statementTimeout ?? 60_000) + 15_000,
    types: typeParsers,
  });
  const lost = options.onConnectionLost ?? (() => undefined);
  // An 'error' without a listener ends the process, on an idle client and on one inside a transaction alike.
  pool.on('error', lost);
  pool.on('connect', (client) => client.on('error', lost));

  let ended: Promise<void> | undefined;
  const end = (): Promise<void> => (ended ??= pool.end());
  return {
    query: (sql, params) => pool.query(sql, params),
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work(client);
        await client.query('commit');
        client.release();
        return result;
      } catch (error) {
        await rollBack(client, error);
        throw error;
      }
    },
    end,
    [Symbol.asyncDispose]: end,
  };
};
