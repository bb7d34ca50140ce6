import { log, sleep } from '@temporalio/workflow';
import { unfinished } from '../domain/connection.js';
import type { Choice, ConnectionState, GrantState } from '../domain/connection.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { store } from './proxies.js';

/*
 * Starts and stops the history imports of a connection: one `backfill` workflow per account, beside the connection's own,
 * under a workflow id that only one execution can have open. One activity starts or stops them all: as children, a thousand
 * accounts would be thousands of events in the connection's history.
 */

/** Starts the accounts' history imports in one activity; one that is running already is marked to run again. */
export const startHistories = async (
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
): Promise<Readonly<Record<AccountId, GrantState>>> => {
  const running = await startClosed(connectionId, accounts);
  return Object.fromEntries(
    accounts.map((id): [AccountId, GrantState] => [
      id,
      running.has(id) ? { status: 'backfilling', rerun: true } : { status: 'backfilling' },
    ]),
  );
};

/** Starts the history imports that are not running; returns the accounts of those that are. */
const startClosed = async (
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
): Promise<ReadonlySet<AccountId>> => {
  if (accounts.length === 0) return new Set();
  const summary = `Start the history of ${accounts.length} accounts`;
  const { running } = await store.startBackfills.executeWithOptions({ summary }, [{ connectionId, accounts }]);
  return new Set(running);
};

/** Cancels the accounts' history imports, where they are running; what has landed stays. */
export const stopHistories = async (connectionId: ConnectionId, accounts: readonly AccountId[]): Promise<void> => {
  if (accounts.length === 0) return;
  const summary = `Stop the history of ${accounts.length} accounts`;
  await store.stopHistories.executeWithOptions({ summary }, [{ connectionId, accounts }]);
};

/** A history that signalled its end closes within seconds; until then its workflow id is taken. */
const CLOSE_SECONDS = 60;

/** Starts the account's history import again after one has ended, if the connection is active. */
export const rerunHistory = async <
  S extends ConnectionState & { readonly grants: Readonly<Record<AccountId, GrantState>> },
>(
  state: S,
  accountId: AccountId,
): Promise<S> => {
  if (state.phase !== 'active') return state;
  const { connectionId } = state;
  let started = await startHistories(connectionId, [accountId]);
  for (let waited = 0; started[accountId]?.rerun === true && waited < CLOSE_SECONDS; waited += 1) {
    await sleep('1 second', { summary: `until the history of ${accountId} has closed` });
    started = await startHistories(connectionId, [accountId]);
  }
  return { ...state, grants: { ...state.grants, ...started } };
};

/** Enters the phase `active` and starts the history import of each account that is not up to date. */
export const activate = async (
  connectionId: ConnectionId,
  choice: Choice,
  before: Readonly<Record<AccountId, GrantState>>,
): Promise<ConnectionState> => {
  const started = await startHistories(connectionId, unfinished(before));
  return { version: 1, connectionId, phase: 'active', choice, grants: { ...before, ...started } };
};

/**
 * The imports' part of the daily self-check: ends runs whose workflow is gone, and starts the history import of each
 * backfilling account where none is running. Somebody cancelled or terminated it by hand, and nothing else would start it.
 */
export const repairImports = async (state: ConnectionState): Promise<ConnectionState> => {
  const { connectionId } = state;
  await store.reapRuns.executeWithOptions({ summary: 'End runs whose workflow is gone' }, [{ connectionId }]);
  if (state.phase !== 'active') return state;
  const backfilling = Object.keys(state.grants).filter((id) => state.grants[id]?.status === 'backfilling');
  const running = await startClosed(connectionId, backfilling);
  const gone = backfilling.filter((id) => !running.has(id));
  for (const accountId of gone)
    log.warn('A history was gone before its days were in, and is started again', { connectionId, accountId });
  const started = Object.fromEntries(gone.map((id): [AccountId, GrantState] => [id, { status: 'backfilling' }]));
  return { ...state, grants: { ...state.grants, ...started } };
};
