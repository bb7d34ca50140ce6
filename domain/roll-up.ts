/**
 * The roll-up has, for each month and entity, the sums from the first of the month through certain days of it. The sum of a
 * range is the difference of two of them, and of the few days beyond them the facts.
 */
import { addDays, type Day, dayNumber, type DayRange } from './calendar.js';
import { countDays } from './day-ranges.js';

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

/** A range as sums to add and to take away, and days whose facts are added or taken away. */
export interface RollUpParts {
  readonly added: readonly Day[];
  readonly subtracted: readonly Day[];
  readonly facts: readonly DayRange[];
  readonly factsSubtracted: readonly DayRange[];
}

const NOTHING: RollUpParts = { added: [], subtracted: [], facts: [], factsSubtracted: [] };
/** A range without the roll-up. */
export const factsAlone = (range: DayRange): RollUpParts => ({ ...NOTHING, facts: [range] });
const distance = (a: Day, b: Day): number => Math.abs(dayNumber(a) - dayNumber(b));

/** From the first of the month through the day: the nearest sum, and the facts between the two. */
const through = (day: Day, month: Day): RollUpParts => {
  // Before the first of the month there is nothing.
  const before = addDays(month, -1);
  const end = rolledUpDays(month).reduce(
    (nearest, each) => (distance(each, day) < distance(nearest, day) ? each : nearest),
    before,
  );
  return {
    ...NOTHING,
    added: end === before ? [] : [end],
    ...(end < day ? { facts: [{ from: addDays(end, 1), to: day }] } : {}),
    ...(end > day ? { factsSubtracted: [{ from: addDays(day, 1), to: end }] } : {}),
  };
};

const partsOfMonth = (range: DayRange, rolledUp: boolean): RollUpParts => {
  const month = monthOf(range.from);
  // So few days are quicker to read as they are.
  if (!rolledUp || countDays(range) < STRETCH_DAYS) return factsAlone(range);
  const [whole, less] = [through(range.to, month), through(addDays(range.from, -1), month)];
  return {
    added: whole.added,
    subtracted: less.added,
    facts: [...less.factsSubtracted, ...whole.facts],
    factsSubtracted: [...less.facts, ...whole.factsSubtracted],
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
    factsSubtracted: parts.flatMap((part) => part.factsSubtracted),
  };
};
