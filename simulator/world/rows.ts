import type { Row } from '../json.js';

/** A record as X answers it, and whether lists include it. */
export interface Listed {
  readonly row: Row;
  /**
   * Listed only with `with_deleted`. This is not the row's own `deleted`: promoted tweets of a deleted line item are
   * hidden although they have `deleted: false` (docs/x-ads-api.md §6.3).
   */
  readonly hidden: boolean;
  /** Listed only with `with_draft`. */
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
