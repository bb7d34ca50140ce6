import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import { whyInvalid } from '../domain/choice.js';
import { permits } from '../domain/connection.js';
import type { Action, ConnectionState } from '../domain/connection.js';
import type { StartReport, Intent } from './intent.js';
import type { ManualBackfills } from './manual-backfills.js';
import * as messages from './messages.js';
import { listNow } from './sign-in-steps.js';

/** Below the time that clients wait for an update. */
const ANSWER_SECONDS = 10;

/**
 * Registers the handlers of all messages. A handler adds an intent to the inbox and returns; what people send are updates
 * and not signals, because a phase may refuse them with its reason.
 */
export const registerHandlers = (state: () => ConnectionState, inbox: Intent[], manual: ManualBackfills): void => {
  const permitted =
    (action: Action) =>
    (_payload?: unknown): void => {
      const permission = permits(state().phase, action);
      if (!permission.allowed) throw ApplicationFailure.nonRetryable(permission.reason, 'NotPermitted');
    };
  const add = (intent: Intent): void => void inbox.push(intent);

  setHandler(messages.connectionStateQuery, state, { description: 'The phase, and the state of each account.' });
  setHandler(messages.signInUpdate, ({ oauthRequestId }) => add({ kind: 'sign_in', oauthRequestId }), {
    validator: permitted('sign_in'),
  });
  setHandler(messages.completeSignInUpdate, ({ oauthRequestId }) => add({ kind: 'complete_sign_in', oauthRequestId }), {
    validator: permitted('sign_in'),
  });
  setHandler(messages.chooseUpdate, (choice) => add({ kind: 'choose', choice }), {
    validator: (choice) => {
      permitted('choose')();
      const invalid = whyInvalid(choice);
      if (invalid !== undefined) throw ApplicationFailure.nonRetryable(invalid, 'InvalidChoice');
    },
  });
  setHandler(messages.listAnewSignal, listOnce(state, add));
  setHandler(messages.pauseUpdate, ({ note }) => add({ kind: 'pause', note }), { validator: permitted('pause') });
  setHandler(messages.resumeUpdate, () => add({ kind: 'resume' }), { validator: permitted('resume') });
  setHandler(messages.disconnectUpdate, ({ reason, deleteData }) => add({ kind: 'disconnect', reason, deleteData }), {
    validator: permitted('disconnect'),
  });
  setHandler(
    messages.backfillUpdate,
    async (request) => {
      const workflowIds = manual.begin(request);
      const answers: (string | undefined)[] = [];
      const answer: StartReport = (refused) => {
        answers.push(refused);
        if (refused !== undefined) manual.forget(request);
      };
      add({ kind: 'backfill', request, answer });
      // A refusal reaches the caller; a start that takes longer than the caller waits happens all the same.
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
      if (workflowIds.length > 0) add({ kind: 'cancel_backfills', workflowIds });
      return { workflowIds };
    },
    { validator: permitted('cancel') },
  );
  setHandler(messages.credentialsRejectedSignal, (problem) => add({ kind: 'credentials_rejected', problem }));
  setHandler(messages.credentialsRestoredSignal, () => add({ kind: 'credentials_restored' }));
  setHandler(messages.backfillEndedSignal, (end) => {
    manual.ended(end);
    const last = inbox.at(-1);
    // Imports that end while something else is done are recorded together.
    if (last?.kind === 'backfill_ended') inbox.splice(-1, 1, { ...last, ends: [...last.ends, end] });
    else add({ kind: 'backfill_ended', ends: [end] });
  });
};

/** Beside the main loop, so that a choice need not wait for X, and once at a time, however many look. */
const listOnce = (state: () => ConnectionState, add: (intent: Intent) => void): (() => void) => {
  let isListing = false;
  const list = async (): Promise<void> => {
    try {
      add({ kind: 'accounts_listed', listed: await listNow(state().connectionId) });
    } finally {
      isListing = false;
    }
  };
  return () => {
    if (isListing || state().phase !== 'choosing') return;
    isListing = true;
    // It ends with the workflow.
    list().catch(() => undefined);
  };
};
