import type { Choice } from './connection.js';
import type { AccountId } from './ids.js';

/*
 * Whether a choice can be kept. Workflows validate choices, too, so nothing here may need a library of time zones.
 */

/** The daily time of an account where nobody chose another: spend is usually final by then. */
export const DEFAULT_DAILY_AT = '10:00';

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Reads `HH:MM` of the 24-hour clock. */
export const parseTimeOfDay = (text: string): string | undefined => (TIME_OF_DAY.test(text) ? text : undefined);

export const malformedTime = (text: string): string =>
  `The daily time "${text}" is not a time of day; write it as HH:MM on the 24-hour clock, such as 09:30.`;

/** X restates a day for thirty days; later its numbers are final (docs/x-ads-api.md §10.2). */
export const RESTATED_DAYS = 30;

/** In whole days, 0 to 30; 0 imports each day once and reads no corrections. */
export const DEFAULT_LOOK_BACK = RESTATED_DAYS;

export type CheckedLookBack =
  | { readonly kind: 'ok'; readonly days: number }
  | { readonly kind: 'invalid'; readonly reason: string };

/** `reason` is a sentence for people. */
export const checkLookBack = (days: number): CheckedLookBack =>
  Number.isInteger(days) && days >= 0 && days <= RESTATED_DAYS
    ? { kind: 'ok', days }
    : {
        kind: 'invalid',
        reason: `A look-back of ${days} days is not possible; give whole days from 0 (import each day once) to ${RESTATED_DAYS}, because X changes nothing later.`,
      };

/** Why the wait, the daily time or the look-back of a choice is invalid; `undefined` when they are valid. */
export const whyInvalid = ({
  wait,
  dailyAt,
  lookBack = DEFAULT_LOOK_BACK,
}: {
  readonly wait: number;
  readonly dailyAt?: string | undefined;
  readonly lookBack?: number | undefined;
}): string | undefined => {
  if (wait !== 1 && wait !== 3) {
    return `A wait of ${String(wait)} days is not possible; give 1 (days as soon as they are over) or 3 (once X has settled their spend).`;
  }
  if (dailyAt !== undefined && parseTimeOfDay(dailyAt) === undefined) return malformedTime(dailyAt);
  const checked = checkLookBack(lookBack);
  return checked.kind === 'invalid' ? checked.reason : undefined;
};

/** An account that the X user can see. */
export interface Choosable {
  readonly id: AccountId;
  /** Shown in reasons. Leave it out where reasons go into a workflow's history, which holds no names. */
  readonly name?: string;
  /** The user's role lets it read campaigns. */
  readonly selectable: boolean;
  /** Why it is not selectable, and what solves that. */
  readonly reason?: string | undefined;
  readonly cure?: string | undefined;
}

/** Why a choice was refused. */
export interface ChoiceRefusal {
  readonly code: 'choice_refused' | 'account_unknown' | 'account_not_selectable';
  /** A sentence for people. */
  readonly reason: string;
  /** What solves it, where that is more than choosing something else. */
  readonly cure?: string;
}

/**
 * Why a choice cannot be kept; `undefined` when it can. Accounts that the connection reads already (`granted`) may always
 * be chosen: they stay, whatever became of them at X.
 */
export const refuseChoice = (
  choice: Choice,
  visible: readonly Choosable[],
  granted: readonly AccountId[],
): ChoiceRefusal | undefined => {
  const invalid = whyInvalid(choice);
  if (invalid !== undefined) return { code: 'choice_refused', reason: invalid };
  if (choice.accounts === 'all') return undefined;
  if (choice.accounts.length === 0) return { code: 'choice_refused', reason: 'Choose at least one account, or `all`.' };
  const added = choice.accounts.filter((id) => !granted.includes(id));
  const unknown = added.filter((id) => visible.every((account) => account.id !== id));
  if (unknown.length > 0)
    return { code: 'account_unknown', reason: `This X user cannot see the account ${unknown.join(', ')}.` };
  const refused = visible.find(({ id, selectable }) => !selectable && added.includes(id));
  if (!refused) return undefined;
  const { id, name, reason = '', cure } = refused;
  return {
    code: 'account_not_selectable',
    reason: `${name === undefined ? `The account ${id}` : `${name} (${id})`} cannot be chosen. ${reason}`.trim(),
    ...(cure === undefined ? {} : { cure }),
  };
};

/**
 * The accounts that a choice means. `all` keeps accounts that are read already although their role is lost or X no longer
 * shows them: they are blocked, and recover when the role comes back.
 */
export const accountsOf = (
  { accounts }: Pick<Choice, 'accounts'>,
  visible: readonly Pick<Choosable, 'id' | 'selectable'>[],
  granted: readonly AccountId[],
): readonly AccountId[] => {
  if (accounts !== 'all') return [...new Set(accounts)];
  const chosen = visible.filter(({ selectable }) => selectable).map(({ id }) => id);
  return [...new Set([...chosen, ...granted])];
};
