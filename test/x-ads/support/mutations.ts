import * as fc from 'fast-check';

/*
 * Answers of X that are changed at random, by a seed: each is read as an independent reading of the change says, item by
 * item, or refused as malformed. `MUTATED_ANSWERS` sets how many there are, and
 * `MUTATED_ANSWERS_SEED` takes others.
 */

export const ANSWERS = Number(process.env['MUTATED_ANSWERS'] ?? 1_500);
/** Those that go through activities and store as well take longer: so many at a time, each time at a new site with new limits. */
export const STORED = 150;
/** (Default: one) */
export const STORED_BATCHES = Array.from(
  { length: Math.ceil(Number(process.env['MUTATED_ANSWERS'] ?? STORED) / STORED) },
  (_, batch) => batch,
);
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

/** Texts are made well-formed where they come in. */
export const wellFormed = (text: unknown): string =>
  Buffer.from(String(text)).toString().replaceAll('\u0000', '\ufffd');

/** A change of one item of a list; `item` and `field` count round. */
export interface Edit {
  readonly kind: 'set' | 'drop' | 'add' | 'replace' | 'twice' | 'foreign';
  readonly item: number;
  readonly field: number;
  readonly value: unknown;
}
export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'drop', 'add', 'replace', 'twice', 'foreign'),
    item: fc.nat(7),
    field: fc.nat(19),
    value: odd,
  }) as fc.Arbitrary<Edit>,
  { maxLength: 3 },
);

/** The items after the edits; a field is one of the item's own. */
export const edited = (data: readonly unknown[], all: readonly Edit[]): unknown[] => {
  const items = [...data];
  for (const { kind, item, field, value } of all) {
    const at = items.length === 0 ? 0 : item % items.length;
    const before = items[at];
    if (kind === 'replace') items[at] = value;
    else if (!isRecord(before)) continue;
    else if (kind === 'twice') items.push(before);
    else if (kind === 'foreign') items.push({ ...before, id: `foreign${field}` });
    else if (kind === 'add') items[at] = { ...before, a_field_of_tomorrow: value };
    else {
      const name = Object.keys(before)[field % Object.keys(before).length] ?? '';
      items[at] = { ...before, [name]: kind === 'drop' ? undefined : value };
    }
  }
  return items;
};
