import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { AccountsLook } from '../activities/connection/accounts.js';
import { whyRefused } from '../domain/choice.js';
import { changesSchedules, newConnection, permits, SIGN_IN_MINUTES } from '../domain/connection.js';
import { describeConnection } from '../domain/connection-details.js';
import type { Action, Choice, ConnectionState, Problem } from '../domain/connection.js';
import type { ConnectionId } from '../domain/ids.js';
import { phaseAttribute } from '../temporal/search-attributes.js';
import {
  choose,
  disconnect,
  ended,
  looked,
  pause,
  rejected,
  restore,
  resume,
  returned,
  signIn,
  startManual,
} from './connection-steps.js';
import { shouldContinueAsNew } from './continue-as-new.js';
import { healImports } from './histories.js';
import { createManualBackfills } from './manual-backfills.js';
import type { ManualBackfills, OpenManual } from './manual-backfills.js';
import * as messages from './messages.js';
import { isCredentialProblem, problemOf } from './problems.js';
import { background, notify, store } from './proxies.js';

export interface Connection {
  readonly connectionId: ConnectionId;
  /** The sign-in that the connection begins with. */
  readonly oauthRequestId?: string;
  /** Carried over continue-as-new. */
  readonly state?: ConnectionState;
  /** Manual backfills that were open then. */
  readonly manual?: readonly OpenManual[];
  /** A sign-in that nobody finishes is given up after this long. (Default: 15 minutes) */
  readonly signInSeconds?: number;
  /** How often it looks whether everything that it keeps alive is still there. (Default: every 24 hours) */
  readonly selfCheckSeconds?: number;
  /** Go on in a new history after this many events. (Default: 3,000) */
  readonly continueAsNewEvents?: number;
}

const SELF_CHECK_SECONDS = 24 * 60 * 60;
/** Less than clients wait for an answer. */
const ANSWER_SECONDS = 10;

/** Begun, or why not. */
type Answer = (refused?: string) => void;

/** What was asked of the connection; handlers note it, the main loop does it, one at a time. */
type Intent =
  | { readonly kind: 'sign_in' | 'returned'; readonly oauthRequestId: string }
  | { readonly kind: 'choose'; readonly choice: Choice }
  | { readonly kind: 'backfill'; readonly request: messages.ManualBackfill; readonly answer: Answer }
  | { readonly kind: 'cancel'; readonly workflowIds: readonly string[] }
  | { readonly kind: 'ended'; readonly ended: messages.BackfillEnded }
  | { readonly kind: 'rejected'; readonly problem: Problem }
  | { readonly kind: 'restored' | 'self_check' }
  | { readonly kind: 'looked'; readonly look: AccountsLook }
  | { readonly kind: 'pause'; readonly note: string }
  | { readonly kind: 'resume' }
  | { readonly kind: 'disconnect'; readonly reason: string; readonly deleteData: boolean };

/**
 * A connection's life: authorize, list accounts, choose, keep the backfills alive, until it is disconnected. One
 * workflow per connection, for as long as it lives. It owns state transitions and nothing else: rows are in Postgres,
 * tokens never come here, and what a phase permits is asked of `domain/connection.ts`.
 */
export async function connection(input: Connection): Promise<void> {
  const { connectionId, signInSeconds = SIGN_IN_MINUTES * 60, continueAsNewEvents } = input;
  const { selfCheckSeconds = SELF_CHECK_SECONDS } = input;
  let state: ConnectionState = input.state ?? newConnection(connectionId);
  const inbox: Intent[] =
    input.oauthRequestId === undefined || input.state
      ? []
      : [{ kind: 'sign_in', oauthRequestId: input.oauthRequestId }];
  const manual = createManualBackfills(connectionId, input.manual);
  listen(() => state, inbox, manual);
  keepChecking(selfCheckSeconds, () => state, inbox);

  const enter = async (next: ConnectionState): Promise<void> => {
    state = next;
    upsertSearchAttributes([{ key: phaseAttribute, value: next.phase }]);
    const problem = 'problem' in next ? next.problem : undefined;
    setCurrentDetails(describeConnection(next));
    if (next.phase !== 'disconnected') {
      const note = next.phase === 'paused' ? { note: next.note } : {};
      await store.recordPhase({ connectionId, phase: next.phase, ...(problem ? { problem } : {}), ...note });
    }
  };
  try {
    while (state.phase !== 'disconnected') {
      const something = (): boolean => inbox.length > 0 || shouldContinueAsNew(continueAsNewEvents);
      if (state.phase === 'authorizing') {
        if (!(await condition(something, `${signInSeconds} seconds`)))
          inbox.push({ kind: 'disconnect', reason: 'nobody finished the sign-in', deleteData: false });
      } else {
        await condition(something);
      }
      const intent = inbox.shift();
      if (intent) {
        const before = state;
        await manual.end(manualsEndedBy(intent, manual));
        await enter(await act(before, intent));
        if (intent.kind === 'self_check' || becameUnauthorized(before, state)) tellPeople();
        const moved = intent.kind === 'looked' && intent.look.moved;
        if (intent.kind === 'self_check' || moved || changesSchedules(before, state)) {
          await store.syncSchedules.executeWithOptions({ summary: 'Daily schedules as they ought to be' }, [
            { connectionId, ...(intent.kind === 'self_check' ? { selfCheck: true } : {}) },
          ]);
        }
      } else if (await condition(() => allHandlersFinished(), '1 minute')) {
        // A message may have come in while the handlers finished: then it is done first.
        if (inbox.length === 0) await continueAsNew<typeof connection>({ ...input, state, manual: manual.open() });
      }
    }
  } catch (error) {
    // Cancelling is the operator's tool; it ends as orderly as disconnecting does.
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(async () => {
      await manual.end(manual.matching({}));
      await enter(await act(state, { kind: 'disconnect', reason: 'the workflow was cancelled', deleteData: false }));
      await store.syncSchedules({ connectionId });
    });
    throw error;
  }
}

const becameUnauthorized = (before: ConnectionState, after: ConnectionState): boolean =>
  before.phase !== 'needs_reauthorization' && after.phase === 'needs_reauthorization';

/**
 * The daily self-check, by a clock of its own: messages must not put it off. X is looked at beside the main loop, so that
 * whoever pauses or disconnects meanwhile need not wait for it; a look that fails is repeated the next day.
 */
const keepChecking = (seconds: number, state: () => ConnectionState, inbox: Intent[]): void => {
  const check = async (): Promise<void> => {
    for (;;) {
      await sleep(seconds * 1_000, { summary: 'until the next self-check' });
      inbox.push({ kind: 'self_check' });
      const { connectionId, phase } = state();
      if (phase !== 'active') continue;
      const summary = 'Accounts, roles and approvals as X has them now';
      const look = await background.checkAccounts
        .executeWithOptions({ summary }, [{ connectionId }])
        .catch((error: unknown) => failedLook(error, inbox));
      if (look) inbox.push({ kind: 'looked', look });
    }
  };
  // It ends with the workflow.
  check().catch(() => undefined);
};

const failedLook = (error: unknown, inbox: Intent[]): undefined => {
  if (isCancellation(error)) throw error;
  const problem = problemOf(error);
  if (isCredentialProblem(problem)) inbox.push({ kind: 'rejected', problem });
};

/** Not waited for: telling people may take a day. What a hand-over cuts off stays queued, and the next call sends it. */
const tellPeople = (): void => {
  notify.sendNotifications.executeWithOptions({ summary: 'Tell people' }, [{}]).catch(() => undefined);
};

/** A connection that imports no more takes what people asked for by hand with it. */
const manualsEndedBy = (intent: Intent, manual: ManualBackfills): readonly string[] => {
  if (intent.kind === 'cancel') return intent.workflowIds;
  return intent.kind === 'pause' || intent.kind === 'disconnect' ? manual.matching({}) : [];
};

/** Registers all handlers. Updates are updates, and no signals, because a phase may refuse them with its reason. */
const listen = (state: () => ConnectionState, inbox: Intent[], manual: ManualBackfills): void => {
  const permitted =
    (action: Action) =>
    (_payload?: unknown): void => {
      const permission = permits(state().phase, action);
      if (!permission.allowed) throw ApplicationFailure.nonRetryable(permission.reason, 'NotPermitted');
    };
  const note = (intent: Intent): void => void inbox.push(intent);
  setHandler(messages.connectionStateQuery, state, {
    description: 'The phase, and the accounts with what they are at.',
  });
  setHandler(messages.signInUpdate, ({ oauthRequestId }) => note({ kind: 'sign_in', oauthRequestId }), {
    validator: permitted('sign_in'),
  });
  setHandler(messages.completeSignInUpdate, ({ oauthRequestId }) => note({ kind: 'returned', oauthRequestId }), {
    validator: permitted('sign_in'),
  });
  setHandler(messages.chooseUpdate, (choice) => note({ kind: 'choose', choice }), {
    validator: (choice) => {
      permitted('choose')();
      const refused = whyRefused(choice);
      if (refused !== undefined) throw ApplicationFailure.nonRetryable(refused, 'InvalidChoice');
    },
  });
  setHandler(messages.pauseUpdate, ({ note: why }) => note({ kind: 'pause', note: why }), {
    validator: permitted('pause'),
  });
  setHandler(messages.resumeUpdate, () => note({ kind: 'resume' }), { validator: permitted('resume') });
  setHandler(messages.disconnectUpdate, ({ reason, deleteData }) => note({ kind: 'disconnect', reason, deleteData }), {
    validator: permitted('disconnect'),
  });
  setHandler(
    messages.backfillUpdate,
    async (request) => {
      const workflowIds = manual.begin(request);
      const answers: (string | undefined)[] = [];
      const answer: Answer = (refused) => {
        answers.push(refused);
        if (refused !== undefined) manual.forget(request);
      };
      note({ kind: 'backfill', request, answer });
      // Whoever asked hears of a refusal; what takes longer than they would wait is begun all the same.
      const isOver = (): boolean => answers.length > 0 || state().phase === 'disconnected';
      await condition(isOver, `${ANSWER_SECONDS} seconds`);
      if (answers.length === 0 && state().phase === 'disconnected') permitted('backfill')();
      const [refused] = answers;
      if (refused !== undefined) throw ApplicationFailure.nonRetryable(refused, 'NotPermitted');
      return { workflowIds };
    },
    { validator: permitted('backfill') },
  );
  setHandler(
    messages.cancelBackfillsUpdate,
    (which) => {
      const workflowIds = manual.matching(which);
      if (workflowIds.length > 0) note({ kind: 'cancel', workflowIds });
      return { workflowIds };
    },
    { validator: permitted('cancel') },
  );
  setHandler(messages.credentialsRejectedSignal, (problem) => note({ kind: 'rejected', problem }));
  setHandler(messages.credentialsRestoredSignal, () => note({ kind: 'restored' }));
  setHandler(messages.backfillEndedSignal, (ended) => {
    manual.ended(ended);
    note({ kind: 'ended', ended });
  });
};

const act = (state: ConnectionState, intent: Intent): Promise<ConnectionState> => {
  switch (intent.kind) {
    case 'sign_in':
      return signIn(state, intent.oauthRequestId);
    case 'returned':
      return returned(state, intent.oauthRequestId);
    case 'choose':
      return choose(state, intent.choice);
    case 'backfill':
      return startManual(state, intent.request, intent.answer);
    case 'ended':
      return ended(state, intent.ended);
    case 'rejected':
      return rejected(state, intent.problem);
    case 'restored':
      return restore(state);
    case 'looked':
      return looked(state, intent.look);
    case 'cancel':
      return Promise.resolve(state);
    case 'self_check':
      // Entering the phase that it stays in restores the schedules that somebody deleted by hand.
      return healImports(state);
    case 'pause':
      return pause(state, intent.note);
    case 'resume':
      return resume(state);
    case 'disconnect':
      return disconnect(state, intent);
  }
};
