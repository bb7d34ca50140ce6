import { Anchor, Badge, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import styles from '../styles/performance-table.module.css';
import { words } from '../words.js';
import type { Dimension } from '../../domain/performance.js';
import type { ShownPerformance, ShownRow } from './answer.js';
import { DayName } from './day-name.js';
import { rowNameOf } from './names.js';
import { useView } from './use-view.js';
import { changed, type View } from './view.js';

const w = words.performance;

/** One level further down: the rows of which a campaign or an ad group consists. */
const belowOf = (view: View, dimension: string, id: string): View | undefined => {
  if (dimension === 'campaign') return changed(view, { campaign: id, groupBy: 'ad_group', orderBy: undefined });
  if (dimension === 'ad_group') return changed(view, { adGroup: id, groupBy: 'ad', orderBy: undefined });
  if (dimension === 'account') return changed(view, { account: id, groupBy: 'campaign', orderBy: undefined });
  return undefined;
};

interface RowNameProps {
  readonly row: ShownRow;
  readonly dimension: Dimension;
  readonly answer: ShownPerformance;
  /** Whether it heads the row. */
  readonly isFirst: boolean;
  /** Where ads lead, by their ids. */
  readonly destinations: ReadonlyMap<string, string>;
}

/** What a row is called in one dimension; a campaign and an ad group lead to what they consist of. */
export const RowName = ({ row, dimension, answer, isFirst, destinations }: RowNameProps) => {
  const { view } = useView();
  const id = row.key[dimension] ?? null;
  if (row.kind === 'not_attributed' && id === null)
    return isFirst || (row.key[answer.dimensions[0]?.id ?? dimension] ?? null) !== null ? (
      <Tooltip label={w.table.notAttributedHint}>
        <span className={styles['remainder']} tabIndex={0}>
          {w.table.notAttributed}
          {isFirst && answer.totals.length > 1 ? `, ${row.currency ?? w.none}` : null}
        </span>
      </Tooltip>
    ) : null;
  // Numbers of several currencies are never added up, so a name may stand in several rows.
  const currency =
    isFirst && answer.totals.length > 1 && row.currency !== null ? (
      <span className={styles['sub']}>{row.currency}</span>
    ) : null;
  if (dimension === 'day' && id !== null)
    return (
      <span className={styles['dayName']}>
        <DayName day={id} row={row} answer={answer} />
        {currency}
      </span>
    );
  const { text, isWithout } = rowNameOf(row, dimension);
  const below = id === null ? undefined : belowOf(view, dimension, id);
  return (
    <div className={styles['name']}>
      {below === undefined ? (
        <span
          className={`${isWithout ? styles['quiet'] : ''} ${dimension === 'ad' ? styles['adText'] : ''} name`}
          title={dimension === 'ad' ? text : undefined}
        >
          {text}
        </span>
      ) : (
        <Anchor
          className={`${styles['open']} name`}
          renderRoot={(props) => <Link to="/performance" search={below} resetScroll={false} {...props} />}
        >
          {text}
        </Anchor>
      )}
      {dimension === 'campaign' &&
      row.objective !== undefined &&
      answer.dimensions.every(({ id }) => id !== 'objective') ? (
        <span className={styles['sub']}>
          {rowNameOf({ key: { objective: row.objective }, names: {} }, 'objective').text}
        </span>
      ) : null}
      {dimension === 'ad' && id !== null && destinations.has(id) ? (
        <span className={styles['sub']}>{destinations.get(id)}</span>
      ) : null}
      {currency}
      {row.shared === true && dimension === 'ad' ? (
        <Tooltip label={w.table.sharedHint}>
          <Badge size="xs" variant="default" tabIndex={0} className={styles['shared'] ?? ''}>
            {w.table.shared}
          </Badge>
        </Tooltip>
      ) : null}
    </div>
  );
};
