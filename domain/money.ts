import { Big } from 'big.js';

/**
 * A sum of micros or counts in decimal digits, such as `-9900000000000000` or `0.5`. Sums outgrow 2^53 (eleven days of
 * 900 million VND do), where a JavaScript number is rounded silently; a string is exact everywhere, in JSON too.
 */
export type ExactSum = string;

/** A number of X: a JavaScript number where that is an exact integer, else its decimal digits as in `ExactSum`. */
export type ExactNumber = number | ExactSum;

/** More digits than any amount has; Postgres' numeric has room for them. */
const MAX_DIGITS = 1_000;

/** A number as JSON writes it, also one with more digits than `exactDigits` answers. */
export const isNumeral = (text: string): boolean => /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text);

const digitsOf = (value: Big): ExactSum => (value.eq(0) ? '0' : value.toFixed());

/**
 * The shortest decimal digits of a number as JSON writes it: `1.50e1` is `15`. Undefined for what is no number, and for one
 * of more than a thousand digits.
 */
export const exactDigits = (text: string): ExactSum | undefined => {
  if (!isNumeral(text)) return undefined;
  const value = new Big(text);
  return value.c.length + Math.abs(value.e) > MAX_DIGITS ? undefined : digitsOf(value);
};

/** The exact difference of two sums. */
export const minus = (a: ExactSum, b: ExactSum): ExactSum => digitsOf(new Big(a).minus(b));

/** The exact sum of two. */
export const plus = (a: ExactSum, b: ExactSum): ExactSum => digitsOf(new Big(a).plus(b));
