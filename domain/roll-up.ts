/**
 * The roll-up has, for each month and entity, the sums from the first of the month through certain days of it. The sum of a
 * range is the difference of two of them, and of the few days beyond them the facts.
 */
import { addDays, type Day, type DayRange } from './calendar.js';

/** Longer stretches take less room, and leave more days to the facts. */
const STRETCH_DAYS = 3;
const STRETCHES = 10;

export const monthOf = (day: Day): Day => `${day.slice(0, 7)}-01` as Day;
const nextMonth = (month: Day): Day => monthOf(addDays(month, 31));

/** The days of a month through which there are sums: the third, the sixth and so on, and the last. */
export const rolledUpDays = (month: Day): readonly Day[] => [
  ...Array.from({ length: STRETCHES - 1 }, (_, n) => addDays(month, (n + 1) * STRETCH_DAYS - 1)),
  addDays(nextMonth(month), -1),
];

/** A range as sums to add, sums to take away, and days whose facts are added. */
export interface RollUpParts {
  readonly added: readonly Day[];
  readonly subtracted: readonly Day[];
  readonly facts: readonly DayRange[];
}

const partsOfMonth = ({ from, to }: DayRange, rolledUp: boolean): RollUpParts => {
  const month = monthOf(from);
  const ends = rolledUp ? rolledUpDays(month) : [];
  // Before the first of the month there is nothing to take away.
  const first = from === month ? addDays(from, -1) : ends.find((day) => day >= addDays(from, -1));
  const last = ends.findLast((day) => day <= to);
  if (first === undefined || last === undefined || first >= last)
    return { added: [], subtracted: [], facts: [{ from, to }] };
  return {
    added: [last],
    subtracted: first < month ? [] : [first],
    facts: [
      { from, to: first },
      { from: addDays(last, 1), to },
    ].filter((days) => days.from <= days.to),
  };
};

/** How to read a range where some months, given by their first days, are not rolled up. */
export const rollUpParts = ({ from, to }: DayRange, notRolledUp: ReadonlySet<Day>): RollUpParts => {
  const parts: RollUpParts[] = [];
  for (let month = monthOf(from); month <= to; month = nextMonth(month)) {
    const end = addDays(nextMonth(month), -1);
    const days = { from: from > month ? from : month, to: to < end ? to : end };
    parts.push(partsOfMonth(days, !notRolledUp.has(month)));
  }
  // Days of months that are not rolled up follow each other: one range is quicker to read than several.
  const facts: DayRange[] = [];
  for (const days of parts.flatMap((part) => part.facts)) {
    const before = facts.at(-1);
    if (before !== undefined && addDays(before.to, 1) === days.from)
      facts[facts.length - 1] = { from: before.from, to: days.to };
    else facts.push(days);
  }
  return {
    added: parts.flatMap((part) => part.added),
    subtracted: parts.flatMap((part) => part.subtracted),
    facts,
  };
};
