import * as fc from 'fast-check';

/*
 * Answers of X that are changed at random, by a seed: each is read as an independent reading of the change says, item by
 * item, or refused as malformed. `MUTATED_ANSWERS` sets how many there are, and
 * `MUTATED_ANSWERS_SEED` takes others.
 */

export const ANSWERS = Number(process.env['MUTATED_ANSWERS'] ?? 1_500);
export const SEED = Number(process.env['MUTATED_ANSWERS_SEED'] ?? 7);

export type Item = Readonly<Record<string, unknown>>;

/** A number of more digits than a double holds: it comes as a number and is read as its digits. */
export const LONG = '9000000000000000001';
export const FRACTION = '0.125';
/** What stands for it until the text is made, so that the independent reading needs no parser of numbers. */
export const marked = (digits: string): string => `@${digits}@`;
export const textOf = (value: unknown): string => JSON.stringify(value).replaceAll(/"@([\d.]+)@"/g, '$1');
export const meantBy = (value: unknown): unknown =>
  typeof value === 'string' && /^@[\d.]+@$/.test(value) ? value.slice(1, -1) : value;

export const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    7,
    '',
    '0',
    'a text',
    '\u0000',
    '\ud83d',
    marked(LONG),
    marked(FRACTION),
  ),
  fc.constantFrom<unknown>([], {}, [null], [[]], { id: 'x' }, 'x'.repeat(5_000)),
  fc.string({ unit: 'binary', maxLength: 8 }).filter((text) => !text.includes('@')),
);

export const isRecord = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text as it is, cut somewhere, or followed by another. */
export const spoilt = fc.oneof(
  { weight: 8, arbitrary: fc.constant((text: string) => text) },
  {
    weight: 1,
    arbitrary: fc
      .double({ min: 0, max: 0.999, noNaN: true })
      .map((at) => (text: string) => text.slice(0, text.length * at)),
  },
  { weight: 1, arbitrary: fc.constant((text: string) => text + text) },
);
