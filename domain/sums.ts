/**
 * A sum in decimal digits, as in `-9900000000000000`. Micros that are added up outgrow 2^53 (eleven days of 900 million VND
 * do), where a number is rounded without a word; a string is the same everywhere, in JSON too, and whatever its size.
 */
export type ExactSum = string;
