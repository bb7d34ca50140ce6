import type { ShownPerformance, ShownRow } from './answer.js';

export interface MissingDay {
  readonly missing: string;
}

/**
 * The rows of a table by day with the days that are not imported at their places. Other tables have no such place: above
 * them stands which days lack.
 */
export const withGaps = (
  { dimensions, rows, days }: Pick<ShownPerformance, 'dimensions' | 'rows' | 'days'>,
  orderBy: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly (ShownRow | MissingDay)[] => {
  const isDescending = orderBy === '-day';
  if (dimensions.length !== 1 || dimensions[0]?.id !== 'day' || (orderBy !== 'day' && !isDescending)) return rows;
  const inOrder = isDescending ? days.toReversed() : days;
  const byDay = new Map<string, ShownRow[]>();
  for (const row of rows) {
    const day = row.key['day'] ?? '';
    byDay.set(day, [...(byDay.get(day) ?? []), row]);
  }
  const shown = inOrder.flatMap(({ day }, index) => (byDay.has(day) ? [index] : []));
  const start = isFirst ? 0 : (shown[0] ?? 0);
  let end = isLast ? inOrder.length : (shown.at(-1) ?? -1) + 1;
  // What lacks between two pages stands on the earlier one.
  while (inOrder[end]?.complete === false) end += 1;
  return inOrder
    .slice(start, end)
    .flatMap(
      ({ day, complete }): readonly (ShownRow | MissingDay)[] => byDay.get(day) ?? (complete ? [] : [{ missing: day }]),
    );
};
