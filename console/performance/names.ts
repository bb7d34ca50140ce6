import { formatDay, formatMonth, formatRange } from '../clock.js';
import { words } from '../words.js';
import type { Dimension } from '../../domain/performance.js';
import type { ShownRow } from './answer.js';

const w = words.performance;

/** X's constants, for people: *App installs* of `APP_INSTALLS`. */
export const plain = (constant: string): string => {
  const lower = constant.toLowerCase().replaceAll('_', ' ');
  return `${lower.charAt(0).toUpperCase()}${lower.slice(1)}`;
};

const sixDaysAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 6 * 86_400_000).toISOString().slice(0, 10);

const WRITTEN: Readonly<Partial<Record<Dimension, (id: string) => string>>> = {
  day: formatDay,
  week: (day) => formatRange(day, sixDaysAfter(day)),
  month: (month) => formatMonth(month.length === 7 ? `${month}-01` : month),
  objective: plain,
  status: plain,
  placement: plain,
};

/** What a row is called in one of its dimensions. */
export const rowNameOf = (
  { key, names }: Pick<ShownRow, 'key' | 'names'>,
  dimension: Dimension,
): { readonly text: string; readonly isWithout: boolean } => {
  const id = key[dimension];
  if (id === null || id === undefined) return { text: w.table.without, isWithout: true };
  return { text: WRITTEN[dimension]?.(id) ?? names[dimension] ?? id, isWithout: false };
};

export const groupName = (group: string): string =>
  group in w.groups && typeof w.groups[group as 'day'] === 'string' ? w.groups[group as 'day'] : group;
