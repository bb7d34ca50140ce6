import { parseDay } from '../domain/calendar.js';
import { checkLookBack, DEFAULT_LOOK_BACK, malformedTime, parseTimeOfDay } from '../domain/choice.js';
import type { History, Privacy, WaitDays } from '../domain/connection.js';
import type { AccountId } from '../domain/ids.js';
import { type Level, LEVELS } from '../domain/levels.js';
import type { NextStep } from '../domain/next-step.js';
import { InvalidChoice } from '../client/errors.js';
import type { AccountSummary } from '../client/shapes.js';

/** Another try, with what the sentence says. */
const again = (text: string): NextStep => ({ action: 'retry', text });

/** `none`, `30`, `90`, `180`, `365` or a first day. */
export const parseHistory = (text: string): History => {
  const wanted = text.trim().toLowerCase();
  switch (wanted) {
    case 'none':
      return { kind: 'none' };
    case '30':
      return { kind: 'days', days: 30 };
    case '90':
      return { kind: 'days', days: 90 };
    case '180':
      return { kind: 'days', days: 180 };
    case '365':
      return { kind: 'days', days: 365 };
    default: {
      const day = parseDay(wanted);
      if (day !== undefined) return { kind: 'from', day };
      throw new InvalidChoice(`The history "${text}" is not known.`, {
        nextStep: again('Give none, 30, 90, 180, 365 (days) or a first day such as 2026-02-28.'),
      });
    }
  }
};

export const parseWait = (text: string): WaitDays => {
  const wanted = text.trim();
  if (wanted === '1') return 1;
  if (wanted === '3') return 3;
  throw new InvalidChoice(`The wait "${text}" is not known.`, {
    nextStep: again('Give 1 (days as soon as they are over) or 3 (once X has settled their spend).'),
  });
};

/** Whole days, 0 to 30. */
export const parseLookBack = (text: string): number => {
  const days = /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
  if (days === undefined) {
    throw new InvalidChoice(`The look-back "${text}" is not known.`, {
      nextStep: again(`Give whole days from 0 (import each day once) to ${DEFAULT_LOOK_BACK}.`),
    });
  }
  const checked = checkLookBack(days);
  if (checked.kind === 'invalid') throw new InvalidChoice(checked.reason);
  return checked.days;
};

/** `HH:MM`, the local time of each account. */
export const parseDailyAt = (text: string): string => {
  const time = parseTimeOfDay(text.trim());
  if (time === undefined) throw new InvalidChoice(malformedTime(text.trim()));
  return time;
};

export const parsePrivacy = (text: string): Exclude<Privacy, 'team'> => {
  if (text === 'workspace' || text === 'private') return text;
  throw new InvalidChoice(`The privacy "${text}" is not known.`, {
    nextStep: again('Give workspace (everybody in it sees the connection) or private (only you).'),
  });
};

/** `all`, or account ids. */
export const parseAccounts = (text: string): 'all' | readonly AccountId[] => {
  if (text.trim().toLowerCase() === 'all') return 'all';
  const ids = text
    .split(',')
    .map((id) => id.trim().toLowerCase())
    .filter((id) => id !== '');
  if (ids.length === 0) {
    throw new InvalidChoice('No account is named.', {
      nextStep: again('Give all, or account ids separated by commas.'),
    });
  }
  return [...new Set(ids)];
};

/** What a person types at the list: numbers of it, ids, or `all`. */
export const pickAccounts = (text: string, listed: readonly AccountSummary[]): 'all' | readonly AccountId[] => {
  const answer = text.trim() === '' ? 'all' : text;
  const wanted = parseAccounts(answer);
  if (wanted === 'all') return 'all';
  return wanted.map((item) => {
    const byId = listed.find(({ id }) => id === item);
    const account = byId ?? (/^\d{1,3}$/.test(item) ? listed[Number(item) - 1] : undefined);
    if (account === undefined) throw new InvalidChoice(`There is no account ${item} in the list.`);
    if (!account.selectable) {
      throw new InvalidChoice(`${account.name} cannot be chosen. ${account.reason ?? ''}`.trim());
    }
    return account.id;
  });
};

/** One of X's levels, in any case, with `-` for `_`. */
export const parseLevel = (text: string): Level => {
  const wanted = text.trim().toUpperCase().replaceAll('-', '_');
  const level = LEVELS.find((known) => known === wanted);
  if (level !== undefined) return level;
  throw new InvalidChoice(`The level "${text}" is not known.`, {
    nextStep: again(`Give one of ${LEVELS.join(', ')}.`),
  });
};

/** What restatements are listed by. */
export const parseBy = (text: string): 'day' | 'entity' => {
  if (text === 'day' || text === 'entity') return text;
  throw new InvalidChoice(`Restatements cannot be listed by "${text}".`, { nextStep: again('Give day or entity.') });
};
