import { randomUUID } from 'node:crypto';
import { type ChoiceRefusal, DEFAULT_DAILY_AT, DEFAULT_LOOK_BACK, refuseChoice } from '../../domain/choice.js';
import type { Choice, History } from '../../domain/connection.js';
import type { ConnectionId } from '../../domain/ids.js';
import { checkHistoryStart } from '../../domain/range.js';
import { listVisibleAccounts } from '../../store/account/accounts.js';
import { listVisibleGrants } from '../../store/connection/grants.js';
import { chooseUpdate } from '../../workflows/messages.js';
import type { Chosen } from '../answers.js';
import { awaitChoice, awaitPhase, queryConnection } from '../await-connection.js';
import { type Context, requireConnection } from '../context.js';
import { InvalidChoice, InvalidRange, UnknownAccount } from '../errors.js';
import type { ChooseOptions } from '../options.js';
import { latestToday } from '../read/today.js';
import { sendUpdate } from '../temporal.js';

const DEFAULT_HISTORY: History = { kind: 'days', days: 365 };

const errorOf = (id: ConnectionId, { code, reason, cure }: ChoiceRefusal): UnknownAccount | InvalidChoice =>
  code === 'account_unknown'
    ? new UnknownAccount(reason, {
        nextStep: { action: 'list_accounts', connectionId: id, text: 'List the accounts.' },
      })
    : new InvalidChoice(reason, cure === undefined ? {} : { nextStep: { action: 'ask_administrator', text: cure } });

/** A choice that is checked here, so that a mistake is answered with its sentence, and again by the workflow. */
const checkChoice = async (
  context: Context,
  id: ConnectionId,
  choice: Choice,
  isNewHistory: boolean,
): Promise<void> => {
  const listed = await listVisibleAccounts(context.db, context.viewer, id);
  const granted = (await listVisibleGrants(context.db, context.viewer, id)).map(({ accountId }) => accountId);
  const refusal = refuseChoice(choice, listed, granted);
  if (refusal) throw errorOf(id, refusal);
  // A history that stays as it was may have begun more than a year ago meanwhile.
  if (choice.history.kind === 'from' && isNewHistory) {
    const checked = checkHistoryStart(choice.history.day, latestToday(listed, context.now()));
    if (checked.kind === 'invalid') throw new InvalidRange(checked.reason);
  }
};

/**
 * Chooses accounts, history, wait, daily time and look-back. What is left out stays as it was chosen before. Waits until the
 * choice is in force, but no longer than the importer's timeout.
 */
export const chooseAccounts = async (
  context: Context,
  id: ConnectionId,
  options: ChooseOptions = {},
): Promise<Chosen> => {
  await requireConnection(context, id);
  const before = await queryConnection(context, id);
  const chosen = 'choice' in before ? before.choice : undefined;
  const choice: Choice = {
    accounts: options.accounts ?? chosen?.accounts ?? 'all',
    history: options.history ?? chosen?.history ?? DEFAULT_HISTORY,
    wait: options.wait ?? chosen?.wait ?? 1,
    dailyAt: options.dailyAt ?? chosen?.dailyAt ?? DEFAULT_DAILY_AT,
    lookBack: options.lookBack ?? chosen?.lookBack ?? DEFAULT_LOOK_BACK,
  };
  await checkChoice(context, id, choice, options.history !== undefined);
  await sendUpdate(context, id, {
    definition: chooseUpdate,
    args: [choice],
    updateId: randomUUID(),
    what: 'choose the accounts',
  });
  const saved = await awaitChoice(context, id, choice, before);
  // A connection that is paused, or waits for signing in, keeps the choice for later.
  const goesOn = before.phase === 'choosing' || before.phase === 'active';
  return { choice, inForce: saved && (!goesOn || (await awaitPhase(context, id, 'active'))) };
};
