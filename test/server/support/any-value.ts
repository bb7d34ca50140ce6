import * as fc from 'fast-check';

/* Values for the schemas of the API's document, and others that fit none. */

/** The part of JSON Schema that the document uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

/** What people and attackers type into a field. */
const ODD = [
  '',
  ' ',
  '\0',
  "'; drop table importer.facts; --",
  '<script>alert(1)</script>',
  '\r\nset-cookie: a=b',
  '../../etc/passwd',
  'مرحبا بالعالم',
  '🚀👩‍👩‍👧‍👦',
  '\u202Egnp.exe',
  'x'.repeat(10_000),
  '1e400',
  '-1',
  '9999-12-31',
  '2026-02-30',
  '0000-00-00',
] as const;

export const oddText: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'grapheme' }));

const day = fc
  .date({ min: new Date('2024-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  uuid: fc.uuid({ version: 4 }),
  date: day,
  'date-time': fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString()),
  email: fc.emailAddress(),
};

/** A value of the schema, as far as the schema says: what it leaves open may still be refused. */
export const fitting = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(fitting));
  if (schema.allOf?.[0] !== undefined) return fitting(schema.allOf[0]);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case 'string': {
      const { minLength = 0, maxLength = 50, format } = schema;
      return (
        texts[format ?? ''] ?? fc.oneof(day, fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 50) }))
      );
    }
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -10, max: Math.min(schema.maximum ?? 400, 400) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(fitting(schema.items ?? {}), { maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case 'object': {
      const { properties = {}, required = [] } = schema;
      return fc.record(
        Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fitting(each)])),
        // The same name may be asked for twice over.
        { requiredKeys: required.filter((name) => name in properties) },
      );
    }
    default:
      return fc.jsonValue();
  }
};

/** The same with one thing wrong about it, or something else altogether. */
export const misfitting = (schema: Schema): fc.Arbitrary<unknown> => {
  const names = Object.keys(schema.properties ?? {});
  const broken = fc
    .tuple(
      fitting(schema),
      fc.constantFrom(...names, 'unknown', '__proto__'),
      fc.oneof(oddText, fc.jsonValue(), fc.bigInt().map(String)),
    )
    .map(([value, name, odd]) => (typeof value === 'object' && value !== null ? { ...value, [name]: odd } : odd));
  return fc.oneof({ arbitrary: broken, weight: 4 }, fc.jsonValue());
};
