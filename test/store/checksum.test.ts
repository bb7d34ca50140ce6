import { Big } from 'big.js';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NAMED_METRICS } from '../../domain/metrics.js';
import type { ExactNumber } from '../../domain/money.js';
import { CHECKSUM_WEIGHTS, checksumOf } from '../../store/facts/checksum.js';

const number: fc.Arbitrary<ExactNumber | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(0, undefined) },
  { weight: 4, arbitrary: fc.nat(1_000_000) },
  fc.integer({ min: -1_000, max: Number.MAX_SAFE_INTEGER }),
  fc.constantFrom('0.5', '-12.000001', '90071992547409930', '123456789012345678901234567890'),
);

test('a checksum is the exact sum of each metric times its weight, whatever the numbers', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: NAMED_METRICS.length, maxLength: NAMED_METRICS.length }), (values) => {
      const exact = values.reduce<Big>(
        (sum, value, i) => sum.plus(new Big(value ?? 0).times(CHECKSUM_WEIGHTS[i] ?? '')),
        new Big(0),
      );
      const columns = values.map((value) => (value === undefined ? undefined : [0, value]));
      expect(checksumOf(columns, 1)).toBe(exact.toFixed());
    }),
    { numRuns: 2_000 },
  );
});

test('no two metrics weigh the same', () => {
  expect(new Set(CHECKSUM_WEIGHTS).size).toBe(NAMED_METRICS.length);
});
