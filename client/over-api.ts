import type { ConnectionId } from '../domain/ids.js';
import type { NextStep } from '../domain/next-step.js';
import { pickConnection } from './context.js';
import {
  BackfillFailed,
  ImporterError,
  type ImporterErrorOptions,
  InvalidConfiguration,
  Unreachable,
} from './errors.js';
import type { Importer } from './importer.js';
import type { PerformanceOptions, WaitOptions } from './options.js';
import { poll } from './poll.js';
import type { ConnectionStatus, ConnectionSummary, RunSummary } from './shapes.js';
import { backfilled, idle, pollOptions, refuseEnd } from './wait-conditions.js';

export interface ApiAccess {
  /** Where the console is; the API is below it, at `/api/v1`. */
  readonly url: string;
  readonly key: string;
}

/** What the API has refused, with its own code and sentence. */
class RefusedByApi extends ImporterError {
  override readonly name = 'RefusedByApi';
  readonly code: string;

  constructor(code: string, message: string, options: ImporterErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
interface Sent {
  readonly query?: Query;
  readonly body?: object;
}
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Ask = <T>(request: `${Method} /${string}`, sent?: Sent) => Promise<T>;

/** A call takes no longer: a run is waited for in 55 s at most, first numbers in ten. */
const CALL_MS = 90_000;

const refusalOf = async (answer: Response): Promise<RefusedByApi> => {
  const { error } = (await answer.json().catch(() => ({}))) as {
    readonly error?: {
      readonly code: string;
      readonly message: string;
      readonly next_step?: NextStep;
      readonly fields?: Readonly<Record<string, string>>;
    };
  };
  return new RefusedByApi(error?.code ?? 'unreachable', error?.message ?? `The API answered ${answer.status}.`, {
    nextStep: error?.next_step,
    fields: error?.fields,
  });
};

const asker =
  ({ url, key }: ApiAccess) =>
  async (request: string, { query = {}, body }: Sent = {}): Promise<Response> => {
    const [method = 'GET', path = ''] = request.split(' ');
    const address = new URL(`/api/v1${path}`, url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) address.searchParams.set(name, String(value));
    const answer = await fetch(address, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MS),
    }).catch((error: unknown) => {
      throw new Unreachable(`The API at ${address.origin} cannot be reached.`, {
        nextStep: { action: 'check_configuration', text: 'See that XADS_API_URL is its address and the server runs.' },
        cause: error,
      });
    });
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  };

/** What the API says of a connection beside the façade. */
type Viewed<T> = Omit<T, 'version'> & {
  readonly version: string;
  readonly createdByName: string;
  readonly team?: unknown;
};

const summaryOf = <T extends ConnectionSummary>({
  version,
  createdByName: _name,
  team: _team,
  ...rest
}: Viewed<T>): T => ({ ...rest, version: Number(version) }) as unknown as T;

const statusOf = (viewed: Viewed<ConnectionStatus>): ConnectionStatus => {
  const status = summaryOf(viewed);
  const accounts = status.accounts.map((account) => {
    // The API folds the days of each account into it; the façade has them beside.
    const {
      mark: _m,
      timezone: _z,
      currencies: _c,
      days: _d,
      openDay: _o,
      estimateSeconds: _e,
      ...grant
    } = account as typeof account & Readonly<Record<string, unknown>>;
    return grant;
  });
  return { ...status, accounts };
};

const listText = (list: readonly string[] | undefined): string | undefined =>
  list?.map((value) => value.replaceAll(',', '\\,')).join(',');

const performanceQueryOf = ({ accounts, ...options }: PerformanceOptions): Query =>
  Object.fromEntries(
    Object.entries({ account: accounts, ...options }).map(([name, value]) => [
      name,
      Array.isArray(value) ? listText(value as readonly string[]) : (value as string | number | undefined),
    ]),
  );

/** How long an import may take to open its run. */
const START_MS = 60_000;

const waits = (status: (id: ConnectionId) => Promise<ConnectionStatus>) => {
  const until = (id: ConnectionId, wait: WaitOptions, isDone: (seen: ConnectionStatus) => boolean) =>
    poll({
      ...pollOptions(wait),
      look: async () => {
        const seen = await status(id);
        wait.onProgress?.(seen);
        refuseEnd(seen);
        return isDone(seen) ? seen : undefined;
      },
    });
  return {
    waitForBackfill: (id: ConnectionId, wait: WaitOptions = {}) => until(id, wait, backfilled),
    waitUntilIdle: (id: ConnectionId, wait: WaitOptions = {}) => until(id, wait, idle),
    waitForWorkflows: async (id: ConnectionId, workflowIds: readonly string[], wait: WaitOptions = {}) => {
      const ended = new Map<string, RunSummary>();
      const startBy = Date.now() + START_MS;
      const seen = await until(id, wait, ({ runs }) => {
        const ours = runs.filter(({ workflowId }) => workflowIds.includes(workflowId));
        for (const run of ours) if (run.state !== 'running') ended.set(run.workflowId, run);
        return (
          ours.every(({ state }) => state !== 'running') && (ended.size === workflowIds.length || Date.now() > startBy)
        );
      });
      const failed = [...ended.values()].filter(({ state }) => state !== 'completed');
      if (failed.length > 0)
        throw new BackfillFailed(`The import ended without all of its days: ${failed.length} accounts.`, {
          nextStep: {
            action: 'see_coverage',
            connectionId: id,
            text: 'See the coverage for the days and the reasons.',
          },
        });
      return seen;
    },
  };
};

const of = (id: ConnectionId): `/${string}` => `/connections/${encodeURIComponent(id)}`;

const methodsOf = (access: ApiAccess) => {
  const send = asker(access);
  const ask: Ask = async <T>(request: string, sent?: Sent) => {
    const answer = await send(request, sent);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  };
  const listed = async (withDisconnected?: boolean): Promise<readonly ConnectionSummary[]> => {
    const { connections } = await ask<{ readonly connections: readonly Viewed<ConnectionSummary>[] }>(
      'GET /connections',
      { query: { withDisconnected } },
    );
    return connections.map(summaryOf);
  };
  const accountsOf = async <T>(path: `/${string}`, { accountId, ...query }: Query = {}): Promise<T> =>
    (await ask<{ readonly accounts: T }>(`GET ${path}`, { query: { ...query, account: accountId } })).accounts;
  const connection: Importer['connection'] = async (id) =>
    summaryOf(await ask<Viewed<ConnectionSummary>>(`GET ${of(id)}`));
  const status: Importer['status'] = async (id) =>
    statusOf(await ask<Viewed<ConnectionStatus>>(`GET ${of(id)}/status`));
  const edit: Importer['edit'] = async (id, { version: _version, ...body }) =>
    void (await ask(`PATCH ${of(id)}`, { body }));
  const methods = {
    ...waits(status),
    connections: ({ withDisconnected } = {}) => listed(withDisconnected),
    connection,
    find: async (text) => pickConnection(await listed(true), text),
    status,
    accounts: (id) => accountsOf(`${of(id)}/accounts`),
    choose: (id, body = {}) => ask(`PUT ${of(id)}/choice`, { body }),
    sync: async (id) => {
      const { accounts } = await ask<{ readonly accounts: readonly { readonly accountId: string }[] }>(
        `POST ${of(id)}/sync`,
      );
      return accounts.map(({ accountId }) => accountId);
    },
    backfill: (id, body) => ask(`POST ${of(id)}/backfill`, { body }),
    daysImported: async (id, { workflowIds }) => {
      const ranges = (await status(id)).runs.flatMap(({ workflowId, range }) =>
        workflowIds.includes(workflowId) ? [range] : [],
      );
      const [from] = ranges.map((range) => range.from).toSorted();
      const to = ranges
        .map((range) => range.to)
        .toSorted()
        .at(-1);
      return { notes: [], ...(from === undefined || to === undefined ? {} : { range: { from, to } }) };
    },
    cancelBackfills: (id, { requestId, accounts } = {}) =>
      ask(`DELETE ${of(id)}/backfill`, { query: { request: requestId, accounts: accounts?.join(',') } }),
    pause: async (id, note) => void (await ask(`POST ${of(id)}/pause`, { body: { note } })),
    resume: async (id) => void (await ask(`POST ${of(id)}/resume`)),
    disconnect: async (id, { deleteData = false } = {}) => {
      const { displayName } = await connection(id);
      const body = { deleteData, ...(deleteData ? { confirmName: displayName } : {}) };
      await ask(`POST ${of(id)}/disconnect`, { body });
    },
    rename: (id, displayName) => edit(id, { displayName }),
    setPrivacy: (id, privacy, teamId) => edit(id, { privacy, ...(teamId === undefined ? {} : { teamId }) }),
    edit,
    restatements: (id, options = {}) => accountsOf(`${of(id)}/restatements`, { ...options }),
    reconciliation: (id, options = {}) => accountsOf(`${of(id)}/reconciliation`, { ...options }),
    coverageGrid: (id, options = {}) => accountsOf(`${of(id)}/coverage`, { ...options }),
    firstNumbers: (id, { wait = 0 } = {}) =>
      accountsOf(`${of(id)}/first-numbers`, { wait: Math.min(10, Math.ceil(wait / 1000)) }),
    run: (id, { wait = 0 } = {}) =>
      ask(`GET /runs/${encodeURIComponent(id)}`, { query: { wait: Math.ceil(wait / 1000) } }),
    dataHealth: () => ask('GET /data-health'),
    performance: (options = {}) => ask('GET /performance', { query: performanceQueryOf(options) }),
    performanceCsv: async (options = {}) =>
      await (await send('GET /performance', { query: { ...performanceQueryOf(options), format: 'csv' } })).text(),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  } satisfies Partial<Importer>;
  return methods;
};

/** @throws `InvalidConfiguration`, which says what to do instead. */
export const notOverApi = ({ url }: ApiAccess): never => {
  throw new InvalidConfiguration(`This does not go through the API at ${new URL(url).origin}.`, {
    nextStep: {
      action: 'check_configuration',
      text: 'Do it in the console there, or where the importer runs, with DATABASE_URL set.',
    },
  });
};

/**
 * An importer that asks the API of an installation elsewhere, with an API key. What the API does not have is refused with
 * what to do instead.
 */
export const importerOverApi = (access: ApiAccess): Importer =>
  new Proxy(methodsOf(access) as Partial<Importer> as Importer, {
    get: (target, name) =>
      Reflect.has(target, name) || typeof name === 'symbol' || name === 'then'
        ? (Reflect.get(target, name) as unknown)
        : () => Promise.resolve().then(() => notOverApi(access)),
  });
