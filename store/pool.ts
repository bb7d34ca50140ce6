import { Pool, types } from 'pg';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import type { ExactNumber } from '../domain/money.js';

/*
 * The store speaks SQL and nothing else: one file per family of queries over this pool. It knows nothing of HTTP, of
 * X's wire format or of Temporal, and decides nothing: `domain/` does.
 */

/** What runs a statement: the pool, or the one connection of a transaction. */
export interface Queryable {
  query<T extends QueryResultRow = QueryResultRow>(sql: string, params?: unknown[]): Promise<QueryResult<T>>;
}

export interface Db extends Queryable, AsyncDisposable {
  /** Runs `work` on one connection between `begin` and `commit`; any error rolls back and is thrown. */
  transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T>;
  end(): Promise<void>;
}

export interface PoolOptions {
  /** Connections at most. (Default: 10) */
  readonly max?: number;
  /** Connections that, once made, stay while nobody needs them; making one takes some ten milliseconds. (Default: 0) */
  readonly min?: number;
  /** Shown in pg_stat_activity. (Default: x-ads-importer) */
  readonly applicationName?: string;
}

/** The server ends a statement after so long, and a transaction that has been idle for so long. */
const TIMEOUT_MS = 60_000;

const oid = {
  int8: 20,
  date: 1082,
  timestamptz: 1184,
  numeric: 1700,
  int8Array: 1016,
  dateArray: 1182,
  timestamptzArray: 1185,
};

/** Bigints are our own ids and counts. Each fits a safe integer; one that does not is an error and is not rounded. */
const parseInt8 = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the bigint ${text} does not fit a safe integer`);
  return value;
};

/** Numerics are X's numbers. One that a JavaScript number does not hold exactly stays the digits that it is. */
const parseNumeric = (text: string): ExactNumber => {
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text ? value : text;
};

const libraryParser: (id: number, format?: 'text' | 'binary') => (text: string) => unknown = types.getTypeParser;

/** Sessions run in UTC, so the text of Postgres is nearly ISO 8601. Unlike `Date` it keeps microseconds. */
const parseInstant = (text: string): string => {
  if (text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
  // The connection string sets another zone, or the value is infinity.
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
  [oid.numeric, parseNumeric],
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
// Class 08: connection exceptions; 57P01 to 57P03: shutdown, crash and start-up; 53300: too many connections.
const LOST_SQLSTATE = /^(08...|57P0[123]|53300)$/;
// pg gives these no code.
const LOST_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Query read timeout|Client was closed)/;

/** Is this error about reaching Postgres, and not about the statement? Then the same call may succeed later. */
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

/** The SQLSTATE of an error that Postgres itself returned. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : undefined;

/** Did Postgres refuse the values themselves? The same values would be refused again. */
export const isRefusedData = (error: unknown): error is Error => /^(22|54)/.test(sqlState(error) ?? '');

const rollBack = async (client: PoolClient, cause: unknown): Promise<void> => {
  if (isConnectionError(cause)) {
    client.release(true);
    return;
  }
  try {
    await client.query('rollback');
    client.release();
  } catch {
    // A connection that cannot roll back is closed, and then Postgres rolls back.
    client.release(true);
  }
};

const ignore = (): void => undefined;

export const createPool = (databaseUrl: string, options: PoolOptions = {}): Db => {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: options.max ?? 10,
    min: options.min ?? 0,
    application_name: options.applicationName ?? 'x-ads-importer',
    options: '-c timezone=UTC -c datestyle=ISO',
    // Includes the wait for a free session, which a busy machine needs.
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: TIMEOUT_MS,
    idle_in_transaction_session_timeout: TIMEOUT_MS,
    // For a server that vanished without closing the socket; a server that lives ends the statement first.
    query_timeout: TIMEOUT_MS + 15_000,
    types: typeParsers,
  });
  // A lost connection is an error to whoever uses it next. An 'error' event without a listener would end the process,
  // on an idle client and on one inside a transaction alike.
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));

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
