/**
 * A sum of micros in decimal digits, such as `-9900000000000000`. Sums outgrow 2^53 (eleven days of 900 million VND do),
 * where a JavaScript number is rounded silently; a string is exact everywhere, in JSON too.
 */
export type ExactSum = string;
