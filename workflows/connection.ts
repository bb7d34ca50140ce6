import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  log,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import { changesSchedules, NEVER_FINISHED, newConnection, SIGN_IN_MINUTES } from '../domain/connection.js';
import type { ConnectionState } from '../domain/connection.js';
import { describeConnection } from '../domain/connection-details.js';
import type { ConnectionId } from '../domain/ids.js';
import { registerHandlers } from './connection-handlers.js';
import { takeStep } from './connection-steps.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import { startDeletion } from './deletion.js';
import { HISTORIES_AT_ONCE, setHistoriesAtOnce } from './history.js';
import type { Intent } from './intent.js';
import { createManualBackfills } from './manual-backfills.js';
import type { ManualBackfills, OpenManual } from './manual-backfills.js';
import { isCancelled, isCredentialProblem, problemOf } from './problems.js';
import { background, BOUND_SECONDS, notify, setBound, store } from './proxies.js';
import { keepRecorded } from './recorded.js';
import { isSettled, newUnsettled, unsettledParts, type UnsettledParts } from './unsettled.js';

export interface Connection {
  readonly connectionId: ConnectionId;
  /** The sign-in that the connection begins with. */
  readonly oauthRequestId?: string;
  /** Carried over continue-as-new. */
  readonly state?: ConnectionState;
  /** Started anew with the state that Postgres knows: what else is gone is made again at once. (Default: false) */
  readonly restored?: boolean;
  /** The sign-in whose callback from X is stored, and which the lost workflow had not completed. */
  readonly callback?: string;
  /** The open manual backfills, carried over continue-as-new. */
  readonly manual?: readonly OpenManual[];
  /** What activities could not do in bounded time, carried over continue-as-new. (Default: nothing) */
  readonly unsettled?: UnsettledParts;
  /** The main loop waits this long for an activity, and tries again after a third of it. (Default: 3 minutes) */
  readonly boundSeconds?: number;
  /** How many histories go on at once. (Default: 20) */
  readonly historiesAtOnce?: number;
  /** An unfinished sign-in expires after this long. (Default: 15 minutes) */
  readonly signInSeconds?: number;
  /** The interval of the self-check. (Default: 24 hours) */
  readonly selfCheckSeconds?: number;
  /** Continue as new after this many events. (Default: 3,000) */
  readonly continueAsNewEvents?: number;
}

const SELF_CHECK_SECONDS = 24 * 60 * 60;

/**
 * A connection's life: authorize, list accounts, choose, keep the imports running, until it is disconnected. One workflow
 * per connection. It holds the state and its transitions and nothing else: rows are in Postgres, tokens never come here,
 * and `domain/connection.ts` decides what a phase permits.
 */
export async function connection(input: Connection): Promise<void> {
  const { connectionId, signInSeconds = SIGN_IN_MINUTES * 60, continueAsNewEvents } = input;
  const { selfCheckSeconds = SELF_CHECK_SECONDS } = input;
  let state: ConnectionState = input.state ?? newConnection(connectionId);
  const inbox = firstIntents(input);
  const manual = createManualBackfills(connectionId, input.manual);
  registerHandlers(() => state, inbox, manual);
  // There is something to see before the first step is done.
  setCurrentDetails(describeConnection(state));
  const { boundSeconds = BOUND_SECONDS } = input;
  setBound(boundSeconds);
  setHistoriesAtOnce(input.historiesAtOnce ?? HISTORIES_AT_ONCE);
  const untilNextTry = `${Math.ceil(boundSeconds / 3)} seconds` as const;
  const unsettled = newUnsettled(input.unsettled);
  const setState = (next: ConnectionState): void => void (state = next);
  const { enter, settle, syncSchedules, syncLeft } = keepRecorded(connectionId, unsettled, () => state, setState);
  checkPeriodically(selfCheckSeconds, () => state, inbox);

  let deletesData = false;
  /** Nobody waits for it any more. */
  const settleAll = async (): Promise<void> => {
    while (!isSettled(unsettled)) {
      if (unsettled.schedulesLeft) {
        await syncLeft();
        continue;
      }
      await sleep(untilNextTry);
      await settle(() => false);
    }
  };
  try {
    while (state.phase !== 'disconnected') {
      const isAwake = (): boolean => inbox.length > 0 || shouldContinueAsNew(continueAsNewEvents);
      if (state.phase === 'authorizing' && state.oauthRequestId !== undefined) {
        if (!(await condition(isAwake, `${signInSeconds} seconds`))) inbox.push({ kind: 'sign_in_expired' });
      } else if (unsettled.schedulesLeft) {
        // One portion between two intents: neither holds up the other.
        await syncLeft();
        if (!isAwake()) continue;
      } else if (isSettled(unsettled)) {
        await condition(isAwake);
      } else if (!(await condition(isAwake, untilNextTry))) {
        await settle(isAwake);
        continue;
      }
      const intent = inbox.shift();
      if (intent) {
        const before = state;
        deletesData ||= asksDeletion(intent);
        await manual.end(endedManuals(intent, manual));
        const after = await takeStep(before, intent, unsettled);
        // The end of an import changes the phase seldom, and a thousand accounts end a thousand imports.
        await enter(after, intent.kind === 'backfill_ended' && after.phase === before.phase);
        if (intent.kind === 'self_check' || newlyNeedsReauthorization(before, state)) sendNotifications();
        const moved = intent.kind === 'accounts_checked' && intent.check.moved;
        if (intent.kind === 'self_check' || moved || changesSchedules(before, state)) {
          await syncSchedules(intent.kind === 'self_check');
        }
      } else if (await condition(() => allHandlersFinished(), '1 minute')) {
        // A message may have come in while the handlers finished; it is handled first.
        if (inbox.length === 0)
          await continueAsNew<typeof connection>({
            ...carriedOn(input),
            state,
            manual: manual.open(),
            ...unsettledParts(unsettled),
          });
      }
    }
    await settleAll();
    if (state.phase === 'disconnected' && state.reason === NEVER_FINISHED) {
      await store.forgetUnfinished.executeWithOptions({ summary: 'Delete what was never finished' }, [
        { connectionId },
      ]);
    }
    // Last, because schedules are removed by the grants, which the deletion deletes.
    if (deletesData || inbox.some(asksDeletion)) await startDeletion(connectionId);
  } catch (error) {
    const end = async (reason: string): Promise<void> => {
      await manual.end(manual.matching({}));
      const accounts = 'grants' in state ? Object.keys(state.grants) : [];
      await enter(await takeStep(state, { kind: 'disconnect', reason, deleteData: false }, unsettled));
      await syncSchedules(false, accounts);
      await settleAll();
    };
    if (problemOf(error).code === 'connection_unknown') {
      log.warn('Postgres does not know the connection, and its workflow ends', { connectionId });
      await end('Postgres does not know it');
      return;
    }
    // An operator who cancels the workflow gets the same orderly end as a disconnect.
    if (!isCancelled(error)) throw error;
    await CancellationScope.nonCancellable(() => end('the workflow was cancelled'));
    throw new CancelledFailure('the connection was cancelled', [], error as Error);
  }
}

/** A new run is told anew what is unsettled, and a workflow is started anew once. */
const carriedOn = ({ unsettled: _u, restored: _r, callback: _c, ...input }: Connection): Connection => input;

const firstIntents = ({ state, oauthRequestId, restored, callback }: Connection): Intent[] => {
  if (!state) return oauthRequestId === undefined ? [] : [{ kind: 'sign_in', oauthRequestId }];
  return [
    ...(callback === undefined ? [] : [{ kind: 'complete_sign_in', oauthRequestId: callback } as const]),
    ...(restored === true ? [{ kind: 'self_check' } as const] : []),
  ];
};

const asksDeletion = (intent: Intent): boolean => intent.kind === 'disconnect' && intent.deleteData;

const newlyNeedsReauthorization = (before: ConnectionState, after: ConnectionState): boolean =>
  before.phase !== 'needs_reauthorization' && after.phase === 'needs_reauthorization';

/**
 * The daily self-check has a timer of its own, so that messages do not postpone it. It reads X beside the main loop, so
 * that a pause or a disconnect need not wait for it; a check that fails is repeated the next day.
 */
const checkPeriodically = (seconds: number, state: () => ConnectionState, inbox: Intent[]): void => {
  const repeat = async (): Promise<void> => {
    for (;;) {
      await sleep(seconds * 1_000, { summary: 'until the next self-check' });
      inbox.push({ kind: 'self_check' });
      const { connectionId, phase } = state();
      if (phase !== 'active') continue;
      const summary = 'Accounts, roles and approvals as X has them now';
      const check = await background.checkAccounts
        .executeWithOptions({ summary }, [{ connectionId }])
        .catch((error: unknown) => reportFailedCheck(error, inbox));
      if (check) inbox.push({ kind: 'accounts_checked', check });
    }
  };
  // It ends with the workflow.
  repeat().catch(() => undefined);
};

const reportFailedCheck = (error: unknown, inbox: Intent[]): undefined => {
  if (isCancelled(error)) throw error;
  const problem = problemOf(error);
  if (isCredentialProblem(problem)) inbox.push({ kind: 'credentials_rejected', problem });
};

/** Not awaited: notifying may take a day. What continue-as-new cuts off stays queued, and the next call sends it. */
const sendNotifications = (): void => {
  notify.sendNotifications.executeWithOptions({ summary: 'Notify people' }, [{}]).catch(() => undefined);
};

/** A pause or a disconnect ends the manual backfills, too. */
const endedManuals = (intent: Intent, manual: ManualBackfills): readonly string[] => {
  if (intent.kind === 'cancel_backfills') return intent.workflowIds;
  return intent.kind === 'pause' || intent.kind === 'disconnect' ? manual.matching({}) : [];
};
