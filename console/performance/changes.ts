/* What X has restated since one last looked, as the table finds it. */
import type { AnswerTo } from '../api.js';
import type { ShownRow } from './answer.js';

export type ShownVisit = AnswerTo<'postPerformanceVisit'>;

/** Identifies a row of the table. */
export const rowKey = ({ kind, key, currency }: Pick<ShownRow, 'kind' | 'key' | 'currency'>): string =>
  JSON.stringify([kind, key, currency]);

export interface Changes {
  /** What stood in a cell that has been restated and now holds the new value. Totals have the key `total` and a currency. */
  readonly before: (key: string, metric: string, values: ShownRow['values']) => string | null | undefined;
}

export const changesOf = ({ rows, totals }: ShownVisit): Changes => {
  const found = new Map([
    ...rows.map((row) => [rowKey(row), row] as const),
    ...totals.map((total) => [`total ${total.currency}`, total] as const),
  ]);
  return {
    before: (key, metric, values) => {
      const row = found.get(key);
      return row !== undefined && metric in row.is && row.is[metric] === values[metric] ? row.was[metric] : undefined;
    },
  };
};
