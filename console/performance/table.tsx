import { ActionIcon, Button, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { formatCount } from '../clock.js';
import { BackIcon, ForwardIcon } from '../icons.js';
import styles from '../styles/performance-table.module.css';
import { words } from '../words.js';
import type { ShownPerformance, ShownMetric, ShownRow, ShownTotal } from './answer.js';
import { isComparable } from './columns.js';
import { MissingDayName } from './day-name.js';
import { useDestinations } from './destinations.js';
import { withGaps } from './gaps.js';
import { formatValue } from './numbers.js';
import { orderOf } from './questions.js';
import { noValueText } from './reasons.js';
import { RowName } from './row-name.js';
import { ChangeMark } from './tiles.js';
import { useView } from './use-view.js';
import { type Changes, rowKey } from './changes.js';
import { pageOf, ROWS_OF_A_PAGE } from './view.js';

const w = words.performance;

/** A number, exact for programs and rounded for the eye; where there is none, a dash that says why. */
const Cell = ({
  metric,
  of,
  comparable,
  was,
}: {
  metric: ShownMetric;
  comparable: boolean;
  /** What stood here before X restated it. */
  was?: string | null | undefined;
  of: Pick<ShownRow | ShownTotal, 'values' | 'compared' | 'reasons' | 'currency'>;
}) => {
  const value = of.values[metric.id];
  const text = formatValue(value, metric, of.currency);
  if (text === undefined || value === null || value === undefined) {
    const why = noValueText(of.reasons?.[metric.id]);
    return (
      <td className={styles['number']}>
        <span title={why}>
          <span aria-hidden>{w.none}</span>
          <span className="only-read">{why}</span>
        </span>
      </td>
    );
  }
  return (
    <td className={styles['number']} data-restated={was === undefined ? undefined : true}>
      {was === undefined ? null : (
        <svg width={8} height={8} aria-hidden focusable={false} className={styles['restated']}>
          <path d="M4,0L8,4L4,8L0,4Z" fill="currentColor" />
        </svg>
      )}
      <data value={value}>{text}</data>
      {was === undefined ? null : (
        <del title={w.changes.cell}>
          <span className="only-read">{w.changes.before}</span> {formatValue(was, metric, of.currency) ?? w.none}
        </del>
      )}
      <ChangeMark metric={metric.id} value={value} before={comparable ? of.compared?.[metric.id] : undefined} />
    </td>
  );
};

const Head = ({ id, label, hint, isNumber }: { id: string; label: string; hint?: string; isNumber: boolean }) => {
  const { view, change } = useView();
  const order = orderOf(view);
  const sort = order === id ? 'ascending' : order === `-${id}` ? 'descending' : undefined;
  // Numbers begin with the largest, names with the first; a second press turns the order round.
  const next = sort === undefined ? (isNumber ? `-${id}` : id) : sort === 'ascending' ? `-${id}` : id;
  const button = (
    <UnstyledButton
      className={styles['sort']}
      aria-label={w.table.sortBy(label)}
      onClick={() => change({ orderBy: next }, { replace: true })}
    >
      {label}
      <svg width={7} height={8} aria-hidden focusable={false} data-sort={sort}>
        <path d={sort === 'ascending' ? 'M3.5,1L7,7H0Z' : 'M3.5,7L0,1H7Z'} fill="currentColor" />
      </svg>
    </UnstyledButton>
  );
  return (
    <th scope="col" aria-sort={sort ?? 'none'} className={isNumber ? styles['number'] : undefined}>
      {hint === undefined || hint === label ? button : <Tooltip label={hint}>{button}</Tooltip>}
    </th>
  );
};

interface TotalRowProps {
  readonly total: ShownTotal;
  readonly answer: ShownPerformance;
  readonly among: number;
  readonly changes: Changes | undefined;
}

const TotalRow = ({ total, answer, among, changes }: TotalRowProps) => (
  <tr className={styles['total']}>
    <th scope="row" colSpan={answer.dimensions.length}>
      {among === 1 ? w.table.total : w.table.totalIn(total.currency ?? w.none)}
    </th>
    {answer.metrics.map((metric) => (
      <Cell
        key={metric.id}
        metric={metric}
        of={total}
        comparable={isComparable(answer)}
        was={changes?.before(`total ${total.currency}`, metric.id, total.values)}
      />
    ))}
  </tr>
);

const Rows = ({ answer, changes }: { answer: ShownPerformance; changes: Changes | undefined }) => {
  const { view } = useView();
  const [first, ...others] = answer.dimensions.map(({ id }) => id);
  const page = pageOf(view);
  const destinations = useDestinations(answer);
  if (first === undefined) return null;
  // A single day is there or not, whatever others lack.
  const comparable = first === 'day' || isComparable(answer);
  const rows = withGaps(answer, orderOf(view), {
    isFirst: page === 1,
    isLast: page * ROWS_OF_A_PAGE >= answer.rowCount,
  });
  return rows.map((row) =>
    'missing' in row ? (
      <tr key={row.missing} className={styles['lacking']}>
        <th scope="row">
          <MissingDayName day={row.missing} />
        </th>
        <td colSpan={answer.metrics.length}>{w.notImported}</td>
      </tr>
    ) : (
      <tr key={rowKey(row)} data-kind={row.kind}>
        <th scope="row">
          <RowName row={row} dimension={first} answer={answer} isFirst destinations={destinations} />
        </th>
        {others.map((dimension) => (
          <td key={dimension}>
            <RowName row={row} dimension={dimension} answer={answer} isFirst={false} destinations={destinations} />
          </td>
        ))}
        {answer.metrics.map((metric) => (
          <Cell
            key={metric.id}
            metric={metric}
            of={row}
            comparable={comparable}
            was={changes?.before(rowKey(row), metric.id, row.values)}
          />
        ))}
      </tr>
    ),
  );
};

const Pages = ({ answer }: { answer: ShownPerformance }) => {
  const { view, change } = useView();
  const page = pageOf(view);
  const last = Math.max(1, Math.ceil(answer.rowCount / ROWS_OF_A_PAGE));
  const to = (next: number): void => change({ page: next === 1 ? undefined : String(next) });
  const from = Math.min(answer.rowCount, (page - 1) * ROWS_OF_A_PAGE + 1);
  return (
    <nav className={styles['pages']} aria-label={w.table.pages}>
      <Text size="xs" c="dimmed" className="numbers" role="status">
        {w.table.count(
          formatCount(from),
          formatCount(Math.min(answer.rowCount, page * ROWS_OF_A_PAGE)),
          formatCount(answer.rowCount),
        )}
      </Text>
      {last === 1 ? null : (
        <>
          <ActionIcon
            variant="default"
            aria-label={w.table.previous}
            disabled={page <= 1}
            onClick={() => to(Math.min(last, page - 1))}
          >
            <BackIcon size={15} aria-hidden />
          </ActionIcon>
          <ActionIcon variant="default" aria-label={w.table.next} disabled={page >= last} onClick={() => to(page + 1)}>
            <ForwardIcon size={15} aria-hidden />
          </ActionIcon>
        </>
      )}
    </nav>
  );
};

interface PerformanceTableProps {
  readonly answer: ShownPerformance;
  readonly isOld: boolean;
  readonly changes: Changes | undefined;
}

/** The rows of the view, with the total of everything that fits and not only of what is seen. */
export const PerformanceTable = ({ answer, isOld, changes }: PerformanceTableProps) => {
  const { view, change } = useView();
  const label = w.table.label(answer.dimensions.map(({ label }) => label).join(', '));
  if (answer.rows.length === 0 && answer.days.every(({ complete }) => complete))
    return (
      <div className={styles['nothing']}>
        <Text c="dimmed">{w.table.emptyHint}</Text>
        {pageOf(view) === 1 ? null : (
          <Button variant="default" size="xs" mt="sm" onClick={() => change({ page: undefined })}>
            {w.table.firstPage}
          </Button>
        )}
      </div>
    );
  return (
    <>
      <div className={styles['scroll']} tabIndex={0} role="region" aria-label={label} aria-busy={isOld}>
        <table className={styles['table']} aria-label={label}>
          <thead>
            <tr>
              {answer.dimensions.map(({ id, label }) => (
                <Head key={id} id={id} label={label} isNumber={false} />
              ))}
              {answer.metrics.map(({ id, label, formula }) => (
                <Head key={id} id={id} label={label} hint={formula} isNumber />
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.totals.map((total) => (
              <TotalRow
                key={total.currency}
                total={total}
                answer={answer}
                among={answer.totals.length}
                changes={changes}
              />
            ))}
          </tbody>
          <tbody>
            <Rows answer={answer} changes={changes} />
          </tbody>
        </table>
      </div>
      <Pages answer={answer} />
    </>
  );
};
