import type { Row } from '../json.js';

/** A record as X answers it, and what decides whether a list shows it. */
export interface Listed {
  readonly row: Row;
  /**
   * Shown only with `with_deleted`. Not the same as the row's own `deleted`: promoted tweets of a deleted line item
   * are hidden and yet say `deleted: false` (x-ads-api.md §6.3).
   */
  readonly hidden: boolean;
  /** Shown only with `with_draft`. */
  readonly draft: boolean;
}

export const text = (row: Row, field: string): string => {
  const value = row[field];
  return typeof value === 'string' ? value : '';
};

export const listed = (row: Row, more: Partial<Listed> = {}): Listed => ({
  row,
  hidden: row['deleted'] === true,
  draft: row['entity_status'] === 'DRAFT',
  ...more,
});
