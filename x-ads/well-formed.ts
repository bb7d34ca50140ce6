/** Half of a surrogate pair, and NUL: neither is UTF-8 that Postgres stores. */
const UNSTORABLE = /\p{Surrogate}|\0/gu;

/** The text with U+FFFD for each half of a surrogate pair and each NUL. Every text of X goes through it once, where it comes in. */
export const wellFormed = (text: string): string => text.replaceAll(UNSTORABLE, '\u{FFFD}');

/** The same in all texts and names of a JSON value, in place. */
export const wellFormedValue = (value: unknown): unknown => {
  if (typeof value === 'string') return wellFormed(value);
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = wellFormedValue(value[i]);
    return value;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [wellFormed(name), wellFormedValue(item)]));
};
