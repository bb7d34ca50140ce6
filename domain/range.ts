import { addDays, parseDay } from './calendar.js';
import type { Day, DayRange } from './calendar.js';
import { countDays } from './day-ranges.js';

/** The longest range of one backfill: a year, with its leap day. */
export const MAX_RANGE_DAYS = 366;
/** A history begins at most this many days ago: the same day last year, in a leap year too. */
export const MAX_HISTORY_DAYS = 366;

export type CheckedRange =
  | { readonly kind: 'ok'; readonly range: DayRange }
  | { readonly kind: 'invalid'; readonly why: WhyInvalid; readonly reason: string };
export type WhyInvalid = 'malformed' | 'reversed' | 'future' | 'too_long';

const invalid = (why: WhyInvalid, reason: string): CheckedRange => ({ kind: 'invalid', why, reason });

const malformed = (name: string, text: string): string =>
  `The ${name} day "${text}" is not a day of the calendar; write it as YYYY-MM-DD, such as 2026-02-28.`;

/**
 * Reads a range that a person gave, and says why it cannot be imported. `today` is the latest local day among the
 * accounts concerned: what is in the future for all of them is a mistake.
 */
export const checkRange = ({ from, to }: { readonly from: string; readonly to: string }, today: Day): CheckedRange => {
  const first = parseDay(from);
  const last = parseDay(to);
  if (first === undefined) return invalid('malformed', malformed('first', from));
  if (last === undefined) return invalid('malformed', malformed('last', to));
  if (last < first)
    return invalid('reversed', `The range is reversed: ${from} is after ${to}. Give the earlier day first.`);
  if (first > today) return invalid('future', `The range ${from} to ${to} is in the future; today is ${today}.`);
  if (last > today)
    return invalid('future', `The last day ${to} is in the future; today is ${today}, so end there or earlier.`);
  const days = countDays({ from: first, to: last });
  if (days > MAX_RANGE_DAYS) {
    const end = addDays(first, MAX_RANGE_DAYS - 1);
    return invalid(
      'too_long',
      `The range ${from} to ${to} has ${days} days, more than a year; split it, for example into ${from} to ${end} and the rest.`,
    );
  }
  return { kind: 'ok', range: { from: first, to: last } };
};

/** Reads the first day of a history: not in the future, at most a year ago. */
export const checkHistoryStart = (
  text: string,
  today: Day,
): { readonly kind: 'ok'; readonly day: Day } | { readonly kind: 'invalid'; readonly reason: string } => {
  const day = parseDay(text);
  if (day === undefined) return { kind: 'invalid', reason: malformed('first', text) };
  if (day > today) {
    return { kind: 'invalid', reason: `The history cannot begin on ${text}, in the future; today is ${today}.` };
  }
  const earliest = addDays(today, -MAX_HISTORY_DAYS);
  if (day < earliest) {
    const reason = `The history cannot begin on ${text}: it reaches back one year at most, so to ${earliest}.`;
    return { kind: 'invalid', reason };
  }
  return { kind: 'ok', day };
};

/** Reads the first day of a history before the accounts' zones are known: refuses what no zone allows at the moment. */
export const checkHistoryStartAnywhere = (text: string, utcToday: Day): ReturnType<typeof checkHistoryStart> => {
  const late = checkHistoryStart(text, addDays(utcToday, 1));
  return late.kind === 'ok' ? late : checkHistoryStart(text, addDays(utcToday, -1));
};

/** A range after clamping; `reason` is the sentence that says what was cut off and why. */
export type Clamped =
  | { readonly kind: 'whole'; readonly range: DayRange }
  | { readonly kind: 'clamped'; readonly range: DayRange; readonly reason: string }
  | { readonly kind: 'nothing'; readonly reason: string };

/** Clamps a range to the days on which an account has existed; `nothing` when it was created later. */
export const clampToCreation = (range: DayRange, created: Day | undefined): Clamped => {
  if (created === undefined || created <= range.from) return { kind: 'whole', range };
  if (created > range.to) {
    const reason = `The account was created on ${created}, after ${range.to}: there is nothing to import in that range.`;
    return { kind: 'nothing', reason };
  }
  return {
    kind: 'clamped',
    range: { from: created, to: range.to },
    reason: `The account was created on ${created}, so the import begins there and not on ${range.from}.`,
  };
};

/** Clamps a range to the days that are due: every local day up to today less the wait. `reason` says when the rest is due. */
export const clampToDue = (range: DayRange, today: Day, wait: number): Clamped => {
  const lastDue = addDays(today, -wait);
  if (range.to <= lastDue) return { kind: 'whole', range };
  const first = range.from > lastDue ? range.from : addDays(lastDue, 1);
  const waits = `The account waits ${wait} day${wait === 1 ? '' : 's'}`;
  const due = `${first} is due on ${addDays(first, wait)}`;
  const rest = `${due}${range.to > first ? `, ${range.to} on ${addDays(range.to, wait)}` : ''}.`;
  return range.from > lastDue
    ? { kind: 'nothing', reason: `${waits}, so none of the days is due yet; ${rest}` }
    : {
        kind: 'clamped',
        range: { from: range.from, to: lastDue },
        reason: `${waits}, so the import ends on ${lastDue}; ${rest}`,
      };
};
