import { exactDigits } from '../domain/money.js';
import { wellFormedValue } from './well-formed.js';

// A string, or a number that a double may round: a fraction, one with an exponent, or at least sixteen digits.
const STRING_OR_LONG_NUMBER =
  /"[^"\\]*(?:\\.[^"\\]*)*"|(?<=^|[[:,\s])-?(?!0\d)(?:\d{16,}|\d+(?=[.eE]))(?:\.\d+)?(?:[eE][+-]?\d+)?(?=$|[\]},\s])/gs;
const MAY_HAVE_LONG_NUMBER = /(?:^|[[:,\s])-?(?:\d{16}|\d+[.eE])/;
/** Escapes of NUL and of surrogates, paired or not. */
const MAY_BE_ILL_FORMED = /\\u(?:0000|d[89a-f])/i;

const exactToken = (token: string): string => {
  if (token.startsWith('"')) return token;
  const digits = exactDigits(token);
  if (digits === undefined) return JSON.stringify(token);
  return Number.isSafeInteger(Number(digits)) && !digits.includes('.') ? digits : `"${digits}"`;
};

/**
 * `JSON.parse`, except that a number which a double does not hold exactly becomes a string of its digits (ids are int64
 * numbers, amounts may be fractions; docs/x-ads-api.md §1), and that all texts are well-formed.
 *
 * @throws {SyntaxError} for what is not JSON.
 */
export const parseJson = (text: string): unknown => {
  const value: unknown = JSON.parse(
    MAY_HAVE_LONG_NUMBER.test(text) ? text.replaceAll(STRING_OR_LONG_NUMBER, exactToken) : text,
  );
  return MAY_BE_ILL_FORMED.test(text) ? wellFormedValue(value) : value;
};
