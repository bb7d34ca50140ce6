import { log, sleep } from '@temporalio/workflow';
import { begunHistories, nextHistories, turnsOf, unfinished } from '../domain/connection.js';
import type { Choice, ConnectionState, GrantState } from '../domain/connection.js';
import type { AccountId, ConnectionId } from '../domain/ids.js';
import { bounded } from './proxies.js';
import { attempt, type Unsettled } from './unsettled.js';

/*
 * Starts and stops the history imports of a connection: one `backfill` workflow per account, beside the connection's own,
 * under a workflow id that only one execution can have open. One activity starts or stops several: as children, a thousand
 * accounts would be thousands of events in the connection's history. Only some go on at once, and the next begins as one ends.
 */

/**
 * How many histories of a connection go on at once. A worker serves some dozens within a second; of a thousand at once each
 * waits for all others, and so does everybody who asks their connection.
 */
export const HISTORIES_AT_ONCE = 20;

let atOnce = HISTORIES_AT_ONCE;

/** Sets how many histories of this workflow go on at once: modules are each workflow's own. Tests lower it. */
export const setHistoriesAtOnce = (histories: number): void => void (atOnce = histories);

const NOT_STARTED: GrantState = {
  status: 'backfilling',
  problem: {
    code: 'history_not_started',
    nextStep: 'It is not certain that its history is being imported; it is started again every minute.',
  },
};

type Grants = Readonly<Record<AccountId, GrantState>>;

/** Starts the accounts' history imports in one activity; one that is running already is marked to run again. */
const startHistories = async (
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
  unsettled: Unsettled,
  waiting: readonly AccountId[] = [],
): Promise<Grants> => {
  const running = await startClosed(connectionId, accounts, unsettled, waiting);
  return Object.fromEntries(
    accounts.map((id): [AccountId, GrantState] => {
      if (unsettled.histories.has(id)) return [id, NOT_STARTED];
      return [id, running.has(id) ? { status: 'backfilling', rerun: true } : { status: 'backfilling' }];
    }),
  );
};

/**
 * Imports the histories of these accounts in turns: as many as may go on at once begin now, and the others wait for
 * `beginNext`. Returns the states of these accounts' grants.
 */
export const takeTurns = async (
  connectionId: ConnectionId,
  grants: Grants,
  accounts: readonly AccountId[],
  unsettled: Unsettled,
): Promise<Grants> => {
  const { now, later } = turnsOf(grants, accounts, atOnce);
  const started = await startHistories(connectionId, now, unsettled, later);
  const waiting = later.map((id): [AccountId, GrantState] => [id, { status: 'backfilling', waits: true }]);
  return { ...started, ...Object.fromEntries(waiting) };
};

/** Begins the histories whose turn it is. */
export const beginNext = async (state: ConnectionState, unsettled: Unsettled): Promise<ConnectionState> => {
  // Where one could not be started, the others need not each wait for the same.
  if (state.phase !== 'active' || unsettled.histories.size > 0) return state;
  const begun = await startHistories(state.connectionId, nextHistories(state.grants, atOnce), unsettled);
  return { ...state, grants: { ...state.grants, ...begun } };
};

/** Starts the history imports that are not running; returns the accounts of those that are. */
const startClosed = async (
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
  unsettled: Unsettled,
  waiting: readonly AccountId[] = [],
): Promise<ReadonlySet<AccountId>> => {
  if (accounts.length + waiting.length === 0) return new Set();
  const summary = `Start the history of ${accounts.length} accounts${waiting.length > 0 ? `, ${waiting.length} wait` : ''}`;
  const input = { connectionId, accounts, ...(waiting.length > 0 ? { waiting } : {}) };
  settle(unsettled, accounts);
  const { running } = await attempt(summary, bounded.startBackfills.executeWithOptions({ summary }, [input]), () => {
    for (const id of accounts) unsettled.histories.add(id);
    return { running: [] };
  });
  return new Set(running);
};

/** Cancels the accounts' history imports, where they are running; what has landed stays. */
export const stopHistories = async (
  connectionId: ConnectionId,
  accounts: readonly AccountId[],
  unsettled: Unsettled,
): Promise<void> => {
  if (accounts.length === 0) return;
  const summary = `Stop the history of ${accounts.length} accounts`;
  settle(unsettled, accounts);
  await attempt(summary, bounded.stopHistories.executeWithOptions({ summary }, [{ connectionId, accounts }]), () => {
    for (const id of accounts) unsettled.histories.add(id);
  });
};

const settle = ({ histories }: Unsettled, accounts: readonly AccountId[]): void => {
  for (const id of accounts) histories.delete(id);
};

/** Starts or stops, as the state wants it by now, the histories of which that is not certain. */
export const settleHistories = async (state: ConnectionState, unsettled: Unsettled): Promise<ConnectionState> => {
  const accounts = [...unsettled.histories];
  const isWanted = (id: AccountId): boolean => state.phase === 'active' && state.grants[id]?.status === 'backfilling';
  const { connectionId } = state;
  await stopHistories(
    connectionId,
    accounts.filter((id) => !isWanted(id)),
    unsettled,
  );
  const started = await startHistories(connectionId, accounts.filter(isWanted), unsettled);
  return 'grants' in state ? { ...state, grants: { ...state.grants, ...started } } : state;
};

/** A history that signalled its end closes within seconds; until then its workflow id is taken. */
const CLOSE_SECONDS = 60;

/** Starts the account's history import again after one has ended, if the connection is active. */
export const rerunHistory = async <S extends ConnectionState & { readonly grants: Grants }>(
  state: S,
  accountId: AccountId,
  unsettled: Unsettled,
): Promise<S> => {
  if (state.phase !== 'active') return state;
  const { connectionId } = state;
  // Where one could not be started, the others need not each wait for the same.
  if (unsettled.histories.size > 0) {
    unsettled.histories.add(accountId);
    return { ...state, grants: { ...state.grants, [accountId]: NOT_STARTED } };
  }
  let started = await startHistories(connectionId, [accountId], unsettled);
  for (let waited = 0; started[accountId]?.rerun === true && waited < CLOSE_SECONDS; waited += 1) {
    await sleep('1 second', { summary: `until the history of ${accountId} has closed` });
    started = await startHistories(connectionId, [accountId], unsettled);
  }
  return { ...state, grants: { ...state.grants, ...started } };
};

/** Enters the phase `active` and imports, in turns, the history of each account that is not up to date. */
export const activate = async (
  connectionId: ConnectionId,
  choice: Choice,
  before: Grants,
  unsettled: Unsettled,
): Promise<ConnectionState> => {
  const started = await takeTurns(connectionId, before, unfinished(before), unsettled);
  return { version: 1, connectionId, phase: 'active', choice, grants: { ...before, ...started } };
};

/**
 * The imports' part of the daily self-check: ends runs whose workflow is gone, and starts the history import of each
 * account where one has begun and none is running. Somebody cancelled or terminated it by hand, and nothing else would start it.
 */
export const repairImports = async (state: ConnectionState, unsettled: Unsettled): Promise<ConnectionState> => {
  const { connectionId } = state;
  const summary = 'End runs whose workflow is gone';
  await attempt(summary, bounded.reapRuns.executeWithOptions({ summary }, [{ connectionId }]), () => ({ alive: 0 }));
  if (state.phase === 'needs_reauthorization' && state.choice) {
    // Another connection of the X user has signed in, and its signal was lost.
    const look = 'Are the credentials accepted?';
    const { valid } = await attempt(
      look,
      bounded.credentialOf.executeWithOptions({ summary: look }, [{ connectionId }]),
      () => ({
        valid: false,
        siblings: [],
      }),
    );
    return valid ? activate(connectionId, state.choice, state.grants, unsettled) : state;
  }
  if (state.phase !== 'active') return state;
  const begun = begunHistories(state.grants);
  const running = await startClosed(connectionId, begun, unsettled);
  const gone = begun.filter((id) => !running.has(id) && !unsettled.histories.has(id));
  for (const accountId of gone)
    log.warn('A history was gone before its days were in, and is started again', { connectionId, accountId });
  const started = Object.fromEntries(gone.map((id): [AccountId, GrantState] => [id, { status: 'backfilling' }]));
  return { ...state, grants: { ...state.grants, ...started } };
};
