import { NAMED_METRICS } from '../../../domain/metrics.js';
import { isRecord, meantBy } from './mutations.js';

/* What a result file says of an id, by a reading that shares no code with the client's. */

/** A number in exact digits, zero for null; undefined for what is none. */
const numberIn = (given: unknown): string | undefined => {
  const meant = meantBy(given);
  if (meant === null) return '0';
  if (typeof meant === 'number') return String(meant);
  return typeof meant === 'string' && /^-?\d+(\.\d+)?$/.test(meant) ? meant : undefined;
};
const numbersIn = (given: unknown, days: number): readonly string[] | null | undefined => {
  if (given === null) return null;
  if (!Array.isArray(given) || given.length !== days) return undefined;
  const numbers = given.map(numberIn);
  return numbers.every((each) => each !== undefined) ? numbers : undefined;
};

/** The numbers of an id by an independent reading; undefined where the id as a whole cannot be read. */
export const numbersOf = (
  idData: unknown,
  days: number,
): Readonly<Record<string, readonly string[] | null>> | undefined => {
  if (!Array.isArray(idData) || idData.length > 1) return undefined;
  if (idData.length === 0) return {};
  const [only] = idData as readonly unknown[];
  if (!isRecord(only) || (only['segment'] ?? null) !== null || !isRecord(only['metrics'])) return undefined;
  const found: Record<string, readonly string[] | null> = {};
  for (const [name, given] of Object.entries(only['metrics'])) {
    const hasColumn = (NAMED_METRICS as readonly string[]).includes(name);
    // The parts of an object are metrics of their own; those of a metric with a column are none.
    if (isRecord(given) && !hasColumn) {
      for (const [part, inner] of Object.entries(given)) {
        const numbers = numbersIn(inner, days);
        if (numbers !== undefined) found[`${name}.${part}`] = numbers;
      }
      continue;
    }
    const numbers = numbersIn(given, days);
    if (numbers === undefined && hasColumn) return undefined;
    if (numbers !== undefined) found[name] = numbers;
  }
  return found;
};
