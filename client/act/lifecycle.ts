import { randomUUID } from 'node:crypto';
import { DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, refuseChoice } from '../../domain/choice.js';
import type { ChoiceRefusal } from '../../domain/choice.js';
import type { Choice, History } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import { checkHistoryStart } from '../../domain/range.js';
import { listAccounts } from '../../store/account/accounts.js';
import { setPrivacy } from '../../store/connection/connection-privacy.js';
import { renameConnection } from '../../store/connection/connections.js';
import { listGrants } from '../../store/connection/grants.js';
import * as messages from '../../workflows/messages.js';
import type { Context } from '../context.js';
import { requireConnection } from '../context.js';
import { InvalidChoice } from '../errors/invalid-choice.js';
import { NeedsPerson } from '../errors/needs-person.js';
import { InvalidRange } from '../errors/invalid-range.js';
import { UnknownAccount } from '../errors/unknown-account.js';
import { latestToday } from '../read/connections.js';
import { stateOf, untilChosen, untilEnded, untilPhase } from '../connection-state.js';
import type { ChooseOptions, Chosen, Privacy } from '../shapes.js';
import { startOperation } from './start-workflow.js';
import { callTemporal, sendUpdate } from '../temporal.js';

const DEFAULT_HISTORY: History = { kind: 'days', days: 365 };

/**
 * Accounts, history, wait, daily time and look-back, checked here so that a mistake is told with its sentence, and again by the
 * workflow. What is left out stays as it was chosen before. Waits until it is in force, but no longer than a person would.
 */
export const choose = async (context: Context, id: ConnectionId, options: ChooseOptions = {}): Promise<Chosen> => {
  await requireConnection(context, id);
  const before = await stateOf(context, id);
  const chosen = 'choice' in before ? before.choice : undefined;
  const choice: Choice = {
    accounts: options.accounts ?? chosen?.accounts ?? 'all',
    history: options.history ?? chosen?.history ?? DEFAULT_HISTORY,
    wait: options.wait ?? chosen?.wait ?? 1,
    dailyAt: options.dailyAt ?? chosen?.dailyAt ?? DEFAULT_DAILY_AT,
    lookBack: options.lookBack ?? chosen?.lookBack ?? DEFAULT_LOOK_BACK,
  };
  const listed = await listAccounts(context.db, id);
  const granted = (await listGrants(context.db, id)).map(({ accountId }) => accountId);
  const refusal = refuseChoice(choice, listed, granted);
  if (refusal) throw errorOf(refusal);
  // A history that stays as it was may have begun more than a year ago meanwhile.
  if (choice.history.kind === 'from' && options.history !== undefined) {
    const today = latestToday(listed, context.now());
    const checked = checkHistoryStart(choice.history.day, today);
    if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  }
  await sendUpdate(context, id, {
    definition: messages.chooseUpdate,
    args: [choice],
    updateId: randomUUID(),
    what: 'choose the accounts',
  });
  const saved = await untilChosen(context, id, choice, before);
  // A connection that is paused, or waits for signing in, keeps the choice for later.
  const goesOn = before.phase === 'choosing' || before.phase === 'active';
  return { choice, inForce: saved && (!goesOn || (await untilPhase(context, id, 'active'))) };
};

const errorOf = ({ code, reason, cure }: ChoiceRefusal): UnknownAccount | InvalidChoice =>
  code === 'account_unknown'
    ? new UnknownAccount(reason, { nextStep: 'List the accounts with `xads accounts`.' })
    : new InvalidChoice(reason, cure === undefined ? {} : { nextStep: cure });

export const pause = async (context: Context, id: ConnectionId, note: string): Promise<void> => {
  await requireConnection(context, id);
  await sendUpdate(context, id, {
    definition: messages.pauseUpdate,
    args: [{ note }],
    updateId: randomUUID(),
    what: 'pause',
  });
  await untilPhase(context, id, 'paused');
};

/** Throws `NeedsPerson` where X has refused the credential while it was paused: it goes on after a new sign-in. */
export const resume = async (context: Context, id: ConnectionId): Promise<void> => {
  await requireConnection(context, id);
  await sendUpdate(context, id, {
    definition: messages.resumeUpdate,
    args: [],
    updateId: randomUUID(),
    what: 'resume',
  });
  await untilPhase(context, id, 'active', 'needs_reauthorization');
  const { phase, problem } = await requireConnection(context, id);
  if (phase !== 'needs_reauthorization') return;
  throw new NeedsPerson('It is paused no longer, but X has stopped accepting the credentials meanwhile.', {
    nextStep: problem?.nextStep ?? 'Sign in again with `xads reconnect`.',
  });
};

export interface DisconnectOptions {
  /** Shown in the Temporal UI. (Default: `asked by …`) */
  readonly reason?: string | undefined;
  /** Delete the facts that no other connection reads. (Default: false) */
  readonly deleteData?: boolean | undefined;
}

/** Ends a connection. Doing it twice is no mistake. */
export const disconnect = async (
  context: Context,
  id: ConnectionId,
  { reason, deleteData = false }: DisconnectOptions = {},
): Promise<void> => {
  const row = await requireConnection(context, id);
  if (row.phase === 'disconnected') return;
  const args: [{ reason: string; deleteData: boolean }] = [
    { reason: reason ?? `asked by ${context.actor}`, deleteData },
  ];
  // A workflow that somebody terminated is started once more: grants and credential must end with the connection.
  await callTemporal(context, 'disconnect', () =>
    context.temporal.workflow.executeUpdateWithStart(messages.disconnectUpdate, {
      startWorkflowOperation: startOperation(context, { connectionId: id }),
      args,
      updateId: randomUUID(),
    }),
  );
  await untilEnded(context, id);
};

export const changePrivacy = async (context: Context, id: ConnectionId, privacy: Privacy): Promise<void> => {
  await requireConnection(context, id);
  await setPrivacy(context.db, id, privacy);
};

export const rename = async (context: Context, id: ConnectionId, displayName: string): Promise<void> => {
  await requireConnection(context, id);
  const name = displayName.trim();
  if (name === '') throw new InvalidChoice('The name of a connection cannot be empty.');
  await renameConnection(context.db, id, name);
};
