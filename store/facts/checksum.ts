import { createHash } from 'node:crypto';
import { Big } from 'big.js';
import { NAMED_METRICS } from '../../domain/metrics.js';
import type { ExactNumber } from '../../domain/money.js';

/*
 * A checksum that adds up as its metrics do: each metric times a weight of its own. Where the children's checksums add up to
 * the parent's, so do all metrics: that they agree by chance is as likely as one in 2^40. A weight has two halves, so that
 * machine numbers are enough for nearly all facts: landing computes one for every row.
 */

/** So many decimal digits has the lower half of a checksum: more than the largest safe integer. */
const LOWER_DIGITS = 16;

/** From the metric's name, so that a metric that is added later changes no other weight. */
const weightOf = (metric: string): readonly [upper: number, lower: number] => {
  const hash = createHash('sha256').update(metric).digest();
  return [hash.readUIntBE(0, 3) >>> 4, hash.readUIntBE(3, 3) >>> 4];
};

const WEIGHTS = NAMED_METRICS.map(weightOf);
const UPPER = WEIGHTS.map(([upper]) => upper);
const LOWER = WEIGHTS.map(([, lower]) => lower);

/** What a metric's number counts for in a checksum: `sum(metric × weight)` is the checksum. */
export const CHECKSUM_WEIGHTS: readonly string[] = WEIGHTS.map(
  ([upper, lower]) => `${upper}${String(lower).padStart(LOWER_DIGITS, '0')}`,
);

const exactChecksum = (columns: readonly (readonly ExactNumber[] | undefined)[], day: number): string =>
  columns
    .reduce((sum, values, i) => sum.plus(new Big(values?.[day] ?? 0).times(CHECKSUM_WEIGHTS[i] ?? 0)), new Big(0))
    .toFixed();

/** Of one day of the named metrics, in decimal digits. */
export const checksumOf = (columns: readonly (readonly ExactNumber[] | undefined)[], day: number): string => {
  let upper = 0;
  let lower = 0;
  for (let i = 0; i < columns.length; i++) {
    const value = columns[i]?.[day];
    if (value === undefined || value === 0) continue;
    if (typeof value !== 'number' || value < 0) return exactChecksum(columns, day);
    upper += value * (UPPER[i] ?? 0);
    lower += value * (LOWER[i] ?? 0);
  }
  // Sums of positive numbers that end as safe integers were safe integers all along.
  if (upper > Number.MAX_SAFE_INTEGER || lower > Number.MAX_SAFE_INTEGER) return exactChecksum(columns, day);
  return upper === 0 ? String(lower) : `${upper}${String(lower).padStart(LOWER_DIGITS, '0')}`;
};
