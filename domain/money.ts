/**
 * A sum of micros or counts in decimal digits, such as `-9900000000000000` or `0.5`. Sums outgrow 2^53 (eleven days of
 * 900 million VND do), where a JavaScript number is rounded silently; a string is exact everywhere, in JSON too.
 */
export type ExactSum = string;

/** A number of X: a JavaScript number where that is an exact integer, else its decimal digits as in `ExactSum`. */
export type ExactNumber = number | ExactSum;

/** More digits than any amount has; Postgres' numeric has room for them. */
const MAX_DIGITS = 1_000;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The shortest decimal digits of a number as JSON writes it: `1.50e1` is `15`. Undefined for what is no number, and for one
 * of more than a thousand digits.
 */
export const exactDigits = (text: string): ExactSum | undefined => {
  const [, sign = '', whole = '', part = '', exponent = '0'] = NUMBER.exec(text) ?? [undefined];
  if (whole === '') return undefined;
  const digits = `${whole}${part}`;
  if (/^0+$/.test(digits)) return '0';
  const shift = Number(exponent);
  if (digits.length + Math.abs(shift) > MAX_DIGITS) return undefined;
  const point = whole.length + shift;
  const padded = point > 0 ? digits.padEnd(point, '0') : `${'0'.repeat(1 - point)}${digits}`;
  const at = Math.max(point, 1);
  const fraction = padded.slice(at).replace(/0+$/, '');
  return `${sign}${padded.slice(0, at).replace(/^0+(?=\d)/, '')}${fraction === '' ? '' : `.${fraction}`}`;
};

const fractionOf = (sum: ExactSum): string => sum.split('.')[1] ?? '';
const scaled = (sum: ExactSum, places: number): bigint =>
  BigInt(`${sum.split('.')[0] ?? '0'}${fractionOf(sum).padEnd(places, '0')}`);

/** The exact difference of two sums. */
export const minus = (a: ExactSum, b: ExactSum): ExactSum => {
  const places = Math.max(fractionOf(a).length, fractionOf(b).length);
  const difference = scaled(a, places) - scaled(b, places);
  const digits = String(difference < 0n ? -difference : difference).padStart(places + 1, '0');
  const at = digits.length - places;
  return (
    exactDigits(`${difference < 0n ? '-' : ''}${digits.slice(0, at)}${places === 0 ? '' : `.${digits.slice(at)}`}`) ??
    '0'
  );
};

export const negative = (sum: ExactSum): ExactSum => minus('0', sum);

/** The exact sum of two. */
export const plus = (a: ExactSum, b: ExactSum): ExactSum => minus(a, negative(b));
