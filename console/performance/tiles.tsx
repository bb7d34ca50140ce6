import { Tooltip, UnstyledButton } from '@mantine/core';
import { formatChange, formatDay, formatRange } from '../clock.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import { outlookWords } from '../words-outlook.js';
import type { ShownPerformance, ShownMetric, ShownTotal } from './answer.js';
import { changeOf, isBetter, isComparable } from './columns.js';
import { formatValue } from './numbers.js';
import { bandOfTotal, isMoving, isSettlingMetric, type Outlook } from './outlook.js';
import { noValueText } from './reasons.js';

const w = words.performance;

/** A change against the compared period: an arrow, a colour where it is for better or worse, and both in words. */
export const ChangeMark = ({
  metric,
  value,
  before,
}: {
  metric: string;
  value: string | null | undefined;
  before: string | null | undefined;
}) => {
  const change = changeOf(value, before);
  if (change === undefined) return null;
  const better = isBetter(metric, change);
  return (
    <span
      className={`${styles['change']} numbers`}
      data-better={better}
      aria-label={w.tiles.change(formatChange(change), better)}
      role="img"
    >
      <svg width={8} height={8} aria-hidden focusable={false}>
        <path d={change === 0 ? 'M0,3H8V5H0Z' : change > 0 ? 'M4,0L8,8H0Z' : 'M4,8L0,0H8Z'} fill="currentColor" />
      </svg>
      <span aria-hidden>{formatChange(change)}</span>
    </span>
  );
};

/** Through which day every account has all, or how many days lack: a total of them is no headline. */
const limitOf = ({ accounts, days, range }: ShownPerformance): string | undefined => {
  const lacking = days.filter(({ complete }) => !complete).length;
  if (lacking === 0) return undefined;
  const through = accounts.map((each) => each.through);
  const first = through.includes(null) ? undefined : (through as readonly string[]).toSorted()[0];
  const isTail =
    first !== undefined && first < range.to && days.every(({ day, complete }) => complete === day <= first);
  return isTail ? w.tiles.through(formatDay(first)) : w.tiles.lacking(lacking);
};

const TileValue = ({ total, metric, answer }: { total: ShownTotal; metric: ShownMetric; answer: ShownPerformance }) => {
  const value = total.values[metric.id];
  const before = total.compared?.[metric.id];
  const text = formatValue(value, metric, total.currency);
  const beforeText = formatValue(before, metric, total.currency);
  const isAlone = answer.totals.length === 1;
  const lacking = answer.compareMissingDays ?? 0;
  return (
    <div>
      <data value={value ?? ''} className={`${isAlone ? styles['tileValue'] : styles['tileValueSmall']} numbers`}>
        {text ?? (
          <Tooltip label={noValueText(total.reasons?.[metric.id])}>
            <span>{w.none}</span>
          </Tooltip>
        )}
      </data>
      {isAlone || metric.unit === 'money' ? null : <span className={styles['quiet']}> {total.currency}</span>}
      <div className={styles['tileChange']}>
        <ChangeMark metric={metric.id} value={value} before={isComparable(answer) ? before : undefined} />
        {beforeText === undefined || answer.compareRange === undefined ? null : (
          <Tooltip
            label={w.tiles.was(beforeText, formatRange(answer.compareRange.from, answer.compareRange.to))}
            events={{ hover: true, focus: false, touch: false }}
          >
            <span>{beforeText}</span>
          </Tooltip>
        )}
        {beforeText === undefined || lacking === 0 ? null : <span> {w.tiles.lacking(lacking)}</span>}
      </div>
    </div>
  );
};

/** How far the total may still move; of one account, since others settle in ways of their own. */
const TileOutlook = ({
  answer,
  metric,
  outlooks,
}: Pick<TilesProps, 'answer' | 'outlooks'> & { metric: ShownMetric }) => {
  const [outlook] = outlooks;
  const [total, ...others] = answer.totals;
  if (outlook === undefined || answer.accounts.length > 1 || total === undefined || others.length > 0) return null;
  const band = isSettlingMetric(metric.id) ? bandOfTotal(answer, outlook, metric.id, total.currency) : undefined;
  return band === undefined || !isMoving(band) ? null : (
    <span className={styles['quiet']}>{outlookWords.total(formatChange(band.low), formatChange(band.high))}</span>
  );
};

interface TilesProps {
  readonly answer: ShownPerformance;
  readonly outlooks: readonly Outlook[];
  readonly shown: readonly string[];
  /** The metric that the chart draws. */
  readonly drawn: string;
  readonly draw: (metric: string) => void;
}

/** What everything adds up to, in each currency; a tile that is chosen is drawn. */
export const Tiles = ({ answer, outlooks, shown, drawn, draw }: TilesProps) => {
  const limit = limitOf(answer);
  return (
    <section className={styles['tiles']} aria-label={w.tiles.label}>
      {answer.metrics
        .filter(({ id }) => shown.includes(id))
        .map((metric) => (
          <UnstyledButton
            key={metric.id}
            className={styles['tile']}
            aria-pressed={metric.id === drawn}
            title={metric.formula}
            onClick={() => draw(metric.id)}
          >
            <span className={styles['tileLabel']}>{metric.label}</span>
            {answer.totals.length === 0 ? (
              <span className={styles['tileValue']}>{w.none}</span>
            ) : (
              answer.totals.map((total) => (
                <TileValue key={total.currency} total={total} metric={metric} answer={answer} />
              ))
            )}
            <TileOutlook answer={answer} metric={metric} outlooks={outlooks} />
            {limit === undefined ? null : <span className={styles['limit']}>{limit}</span>}
          </UnstyledButton>
        ))}
    </section>
  );
};
