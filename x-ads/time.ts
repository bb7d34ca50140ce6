import type { Instant } from '../domain/calendar.js';

/**
 * An instant as X takes it: UTC, whole seconds.
 *
 * @throws {RangeError} for milliseconds, which X refuses (docs/x-ads-api.md §8.1).
 */
export const timeParameter = (instant: Instant): string => {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime()) || at.getTime() % 1000 !== 0) throw new RangeError(`not a whole second: ${instant}`);
  return at.toISOString().replace('.000Z', 'Z');
};

/** The `date` header as an instant; `undefined` where it cannot be read. */
export const instantOfDate = (header: string | undefined): Instant | undefined => {
  const at = Date.parse(header ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z');
};
