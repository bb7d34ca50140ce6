import { memo, useMemo, useState, type KeyboardEvent } from 'react';
import type { AnswerTo } from '../api.js';
import { formatDay, formatMonth, formatShortMonth } from '../clock.js';
import styles from '../styles/coverage.module.css';
import { words } from '../words.js';

export type CoveredAccount = AnswerTo<'getCoverage'>['accounts'][number];
type CoveredDay = CoveredAccount['days'][number];

const w = words.connection.coverage;

const isStored = ({ status }: CoveredDay): boolean => status === 'complete' || status === 'verified_empty';

const labelOf = (each: CoveredDay): string =>
  [
    formatDay(each.day),
    w.status[each.status],
    ...(isStored(each) ? [w.finality[each.finality]] : []),
    each.reason ?? '',
  ]
    .filter((part) => part !== '')
    .join(', ');

/** Monday is 0. */
const weekdayOf = (day: string): number => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** Months, newest first, of weeks; a week holds its days at their weekdays. */
const monthsOf = (days: readonly CoveredDay[]): readonly (readonly (readonly CoveredDay[])[])[] => {
  const months = new Map<string, CoveredDay[][]>();
  for (const each of days.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const weeks = months.get(each.day.slice(0, 7)) ?? [];
    const week = weeks.at(-1);
    if (week === undefined || weekdayOf(each.day) === 0) weeks.push([each]);
    else week.push(each);
    months.set(each.day.slice(0, 7), weeks);
  }
  return [...months.values()].toReversed();
};

/** How far a key leads, in days. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

interface CoverageGridProps {
  readonly account: CoveredAccount;
  readonly selected: string | undefined;
  readonly select: (day: string) => void;
}

/**
 * A year of days as small calendars, newest month first. One day is in the order of tabs, and the arrows lead to the others.
 * What a day's state is, its shape says as well as its colour.
 */
export const DaysGrid = memo(({ account, selected, select }: CoverageGridProps) => {
  const { days, accountName } = account;
  const months = useMemo(() => monthsOf(days), [days]);
  const [at, setAt] = useState(selected);
  const current = days.some(({ day }) => day === at)
    ? at
    : days
        .map(({ day }) => day)
        .toSorted()
        .at(-1);
  const move = (event: KeyboardEvent<HTMLElement>, day: string): void => {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      select(day);
      return;
    }
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + step * 86_400_000).toISOString().slice(0, 10);
    if (!days.some((each) => each.day === next)) return;
    setAt(next);
    event.currentTarget.closest(`.${styles['months']}`)?.querySelector<HTMLElement>(`[data-day="${next}"]`)?.focus();
  };
  if (days.length === 0) return w.none;
  return (
    <div className={styles['months']} role="group" aria-label={w.of(accountName)}>
      {months.map((weeks) => {
        const first = weeks[0]?.[0]?.day ?? '';
        return (
          <div key={first} className={styles['month']}>
            <div className={styles['monthName']} aria-hidden>
              {first.slice(5, 7) === '01' ? formatMonth(first) : formatShortMonth(first)}
            </div>
            <div role="grid" aria-label={formatMonth(first)}>
              {weeks.map((week) => (
                <div role="row" key={week[0]?.day} className={styles['week']}>
                  {week.map((each) => (
                    <div
                      key={each.day}
                      role="gridcell"
                      tabIndex={each.day === current ? 0 : -1}
                      data-day={each.day}
                      data-finality={each.finality}
                      aria-label={labelOf(each)}
                      aria-selected={each.day === selected}
                      title={labelOf(each)}
                      className={`${styles['day']} ${styles[each.status]}`}
                      style={{ gridColumn: weekdayOf(each.day) + 1 }}
                      onClick={() => {
                        setAt(each.day);
                        select(each.day);
                      }}
                      onKeyDown={(event) => move(event, each.day)}
                    />
                  ))}
                </div>
              ))}
            </div>
          </div>
        );
      })}
    </div>
  );
});
DaysGrid.displayName = 'DaysGrid';

export const DaysLegend = () => (
  <ul className={styles['legend']} aria-label={w.legend}>
    {(['final', 'settling', 'provisional'] as const).map((finality) => (
      <li key={finality}>
        <span className={`${styles['day']} ${styles['complete']}`} data-finality={finality} aria-hidden />
        {w.status.complete}, {w.finality[finality]}
      </li>
    ))}
    {(['verified_empty', 'in_flight', 'planned', 'missing', 'failed', 'unavailable', 'not_due'] as const).map(
      (status) => (
        <li key={status}>
          <span className={`${styles['day']} ${styles[status]}`} aria-hidden />
          {w.status[status]}
        </li>
      ),
    )}
  </ul>
);
