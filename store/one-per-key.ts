/**
 * One row for each key, the last one of several. X may name the same thing twice, in one answer or on two pages of a list
 * that moves, and an upsert refuses a statement that has a row twice: each goes through here first.
 */
export const onePerKey = <T>(rows: readonly T[], keyOf: (row: T) => string): readonly T[] => [
  ...new Map(rows.map((row) => [keyOf(row), row])).values(),
];
