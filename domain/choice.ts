import type { Choice } from './connection.js';
import type { AccountId } from './ids.js';

/*
 * Workflows check choices, too: nothing here may need more than the language, least of all a library of time zones.
 */

/** When the daily sync of an account begins where nobody chose another time: by then X has settled spend (design §3.5). */
export const DEFAULT_DAILY_AT = '10:00';

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Reads `HH:MM` of the 24-hour clock. */
export const parseTimeOfDay = (text: string): string | undefined => (TIME_OF_DAY.test(text) ? text : undefined);

export const malformedTime = (text: string): string =>
  `The daily time "${text}" is not a time of day; write it as HH:MM on the 24-hour clock, such as 09:30.`;

/** X restates a day for thirty days; later nothing moves (reference §10.2). */
export const RESTATED_DAYS = 30;

/** How far back corrections are looked for: whole days, 0 to 30. 0 imports each day once and never looks again. */
export const DEFAULT_LOOK_BACK = RESTATED_DAYS;

export type CheckedLookBack =
  | { readonly kind: 'ok'; readonly days: number }
  | { readonly kind: 'invalid'; readonly reason: string };

/** Refuses what is outside, with the sentence that says how. */
export const checkLookBack = (days: number): CheckedLookBack =>
  Number.isInteger(days) && days >= 0 && days <= RESTATED_DAYS
    ? { kind: 'ok', days }
    : {
        kind: 'invalid',
        reason: `A look-back of ${days} days is not possible; give whole days from 0 (import each day once) to ${RESTATED_DAYS}, because X changes nothing later.`,
      };

/** Why a choice cannot be kept, with what to give instead; `undefined` when it can. It may come from any client. */
export const whyRefused = ({
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

/** An account that the X user can see, and what it is to the connection. */
export interface Choosable {
  readonly id: AccountId;
  /** Its role lets the user read campaigns. */
  readonly selectable: boolean;
  /** The connection reads it already. */
  readonly granted: boolean;
}

/**
 * The accounts that a choice means. One that is read already stays in although its role is lost or X no longer shows it:
 * it is blocked, and heals when the role comes back; only who leaves it out ends it.
 */
export const accountsOf = (
  { accounts }: Pick<Choice, 'accounts'>,
  visible: readonly Choosable[],
  granted: readonly AccountId[],
): readonly AccountId[] => {
  if (accounts !== 'all') return [...new Set(accounts)];
  const chosen = visible.filter(({ selectable }) => selectable).map(({ id }) => id);
  return [...new Set([...chosen, ...granted])];
};
