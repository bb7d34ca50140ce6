import type { Answer, Row } from './answer.js';

export interface MissingDay {
  readonly missing: string;
}

/**
 * The rows of a table by day with the days that are not imported at their places. Other tables have no such place: above
 * them stands which days lack.
 */
export const withGaps = (
  { dimensions, rows, days, range }: Pick<Answer, 'dimensions' | 'rows' | 'days' | 'range'>,
  orderBy: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly (Row | MissingDay)[] => {
  const isDescending = orderBy === '-day';
  if (dimensions.length !== 1 || dimensions[0]?.id !== 'day' || (orderBy !== 'day' && !isDescending)) return rows;
  const dayOf = (row: Row): string => row.key['day'] ?? '';
  const shown = rows.map(dayOf);
  const [start, end] = [shown[0], shown.at(-1)].toSorted() as [string | undefined, string | undefined];
  // Between two pages a day belongs to the earlier page.
  const reachesStart = isDescending ? isLast : isFirst;
  const reachesEnd = isDescending ? isFirst : isLast;
  const from = reachesStart || start === undefined ? range.from : start;
  const to = reachesEnd || end === undefined ? range.to : end;
  const present = new Set(shown);
  const lacking = days
    .filter(({ day, complete }) => !complete && !present.has(day) && day >= from && day <= to)
    .map(({ day }) => ({ missing: day }));
  return [...rows, ...lacking].toSorted((a, b) => {
    const [left, right] = [a, b].map((each) => ('missing' in each ? each.missing : dayOf(each))) as [string, string];
    return left === right ? 0 : left < right === isDescending ? 1 : -1;
  });
};
