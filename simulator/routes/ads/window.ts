import { DateTime } from 'luxon';
import { ApiError, invalidParameter, missingParameter, type ErrorEntry } from '../../errors.js';
import { instant } from '../../json.js';
import type { Days } from '../../zone-days.js';
import { epochDay } from '../../zone-days.js';
import type { Params } from './params.js';

const DATE = /^\d{4}-\d{2}-\d{2}$/;
/**
 * A time with `Z`, `±HH`, `±HHMM` or `±HH:MM`, without fractions of a second (docs/x-ads-api.md §8.1, §17.26, §17.29).
 */
const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2})(?::?(\d{2}))?(?::?(\d{2}))?(Z|[+-]\d{2}(?::?\d{2})?)$/;

const refuse = (name: string, value: string): ApiError =>
  invalidParameter(name, `Expected Time, got "${value}" for ${name}`, { details: 'invalid date', value });

const offsetMinutes = (offset: string): number => {
  if (offset === 'Z') return 0;
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0');
  return (offset.startsWith('-') ? -1 : 1) * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
};

/** One bound in epoch seconds. A date without time is midnight in the account's zone, with the offset of that date. */
const readTime = (params: Params, name: string, days: Days): number => {
  const value = params.raw(name);
  if (value === undefined) throw missingParameter(name);
  const isDay = DATE.test(value);
  if (isDay && !DateTime.fromISO(value).isValid) throw refuse(name, value);
  const parts = TIME.exec(value);
  let seconds = Number.NaN;
  if (isDay) {
    seconds = days.start(epochDay(value));
  } else if (parts !== null) {
    const [, day, hour, minute = '00', second = '00', offset = 'Z'] = parts;
    seconds = Date.parse(`${day ?? ''}T${hour ?? ''}:${minute}:${second}Z`) / 1000 - offsetMinutes(offset) * 60;
  }
  if (Number.isNaN(seconds)) throw refuse(name, value);
  params.echo[name] = instant(seconds * 1000);
  return seconds;
};

const windowError = (errors: readonly ErrorEntry[]): ApiError => new ApiError({ status: 400, errors });

export interface WindowRules {
  readonly maxDays: number;
  /** Bounds must be local midnights (docs/x-ads-api.md §17.27). */
  readonly byDay: boolean;
}

/**
 * Reads `start_time` and `end_time` in epoch seconds, the end exclusive.
 *
 * @throws ApiError for the windows that X refuses (docs/x-ads-api.md §17.22 to §17.29).
 */
export const readWindow = (params: Params, days: Days, rules: WindowRules): { start: number; end: number } => {
  const start = readTime(params, 'start_time', days);
  const end = readTime(params, 'end_time', days);
  const bounds = [
    ['start_time', start],
    ['end_time', end],
  ] as const;
  for (const [name, seconds] of bounds) {
    // Midnight in Kolkata is not a whole UTC hour, so X's two rules contradict each other there. The midnight is
    // accepted for DAY, because importers could not read such accounts otherwise (DIFFERENCES.md).
    const whole = seconds % 3_600 === 0 || (rules.byDay && days.isMidnight(seconds));
    if (!whole) throw invalidParameter(name, 'Time cannot be fractional hours', { value: params.raw(name) ?? '' });
  }
  if (start >= end) {
    const message = 'The end_time must be after the start_time';
    throw windowError([{ code: 'INVALID_TIME_WINDOW', message, parameter: 'end_time' }]);
  }
  if (end - start > rules.maxDays * 86_400 + 3_600) {
    const message = `The end_time can be a maximum of ${rules.maxDays}.days+1.hours after the start_time`;
    throw windowError([{ code: 'INVALID_TIME_WINDOW', message, parameter: 'end_time' }]);
  }
  if (rules.byDay) {
    const message = "Expect time to be midnight in the account's local timezone for day granularity";
    const bad = bounds.filter(([, seconds]) => !days.isMidnight(seconds));
    if (bad.length > 0) throw windowError(bad.map(() => ({ code: 'INVALID_TIME_WINDOW', message, parameter: '' })));
  }
  return { start, end };
};
