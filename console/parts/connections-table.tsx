import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import type { ShownConnection } from '../answers.js';
import { formatCount, formatDay, formatDate, formatShare } from '../clock.js';
import { words } from '../words.js';
import styles from '../styles/table.module.css';
import { MarkSentence } from './mark-sentence.js';
import { MarkBadge } from './mark-badge.js';

const { columns } = words.connections;
const heads = ['name', 'status', 'accounts', 'lastDay', 'coverage', 'connectedBy', 'privacy'] as const;

export const privacyOf = ({ privacy, team }: Pick<ShownConnection, 'privacy' | 'team'>): string =>
  team === undefined ? words.connections.privacy[privacy] : words.connections.privacyOf(team.name);

export const CoverageMeter = ({ complete, due }: { complete: number; due: number }) => (
  <>
    <span className={styles['meter']} aria-hidden>
      <span style={{ width: `${due === 0 ? 0 : Math.floor((complete / due) * 100)}%` }} />
    </span>
    <span className={styles['sub']}>{words.connections.days(formatCount(complete), formatCount(due))}</span>
  </>
);

const Cell = ({
  head,
  wide = false,
  children,
}: {
  head: keyof typeof columns;
  wide?: boolean;
  children: ReactNode;
}) => (
  <td role="cell" className={wide ? styles['wide'] : undefined}>
    {wide ? null : (
      <span className={styles['label']} aria-hidden>
        {columns[head]}
      </span>
    )}
    <div>{children}</div>
  </td>
);

const Row = ({
  connection,
  index,
  measure,
}: {
  connection: ShownConnection;
  index: number;
  measure: (element: Element | null) => void;
}) => {
  const { id, displayName, screenName, mark, days, grants, createdByName, createdAt } = connection;
  const isUnfinished = mark.status === 'not_finished';
  return (
    <tr role="row" ref={measure} data-index={index} aria-rowindex={index + 2}>
      <Cell head="name" wide>
        {isUnfinished ? (
          <Link to="/connections/$id/set-up" params={{ id }} className={`${styles['rowLink']} name`}>
            {displayName}
          </Link>
        ) : (
          <Link to="/connections/$id" params={{ id }} className={`${styles['rowLink']} name`}>
            {displayName}
          </Link>
        )}
        <div className={styles['sub']}>
          {words.connections.source} ·{' '}
          {screenName === undefined ? words.connections.nobodyYet : <bdi>@{screenName}</bdi>}
        </div>
      </Cell>
      <Cell head="status" wide>
        <MarkBadge mark={mark} />
        <div className={styles['sub']}>
          <MarkSentence mark={mark} />
        </div>
      </Cell>
      <Cell head="accounts">{grants.total === 0 ? words.connections.none : formatCount(grants.total)}</Cell>
      <Cell head="lastDay">
        {days.lastImported === undefined ? words.connections.none : formatDay(days.lastImported)}
      </Cell>
      <Cell head="coverage">
        {days.due === 0 ? (
          words.connections.none
        ) : (
          <>
            {formatShare(Math.floor((days.complete / days.due) * 1000) / 1000)}
            <CoverageMeter complete={days.complete} due={days.due} />
          </>
        )}
      </Cell>
      <Cell head="connectedBy">
        <span className="name">{createdByName}</span>
        <div className={styles['sub']}>{formatDate(createdAt)}</div>
      </Cell>
      <Cell head="privacy">
        <span className="name">{privacyOf(connection)}</span>
      </Cell>
    </tr>
  );
};

/** Only the rows near the window are on the page. */
export const ConnectionsTable = ({ connections }: { connections: readonly ShownConnection[] }) => {
  const frame = useRef<HTMLDivElement>(null);
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => setOffset(frame.current?.offsetTop ?? 0), []);
  const virtualizer = useWindowVirtualizer({
    count: connections.length,
    estimateSize: () => 72,
    overscan: 12,
    scrollMargin: offset,
    getItemKey: (index) => connections[index]?.id ?? index,
  });
  const items = virtualizer.getVirtualItems();
  const before = (items[0]?.start ?? offset) - offset;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? offset) - offset);
  return (
    <div className={styles['frame']} ref={frame}>
      <table
        role="table"
        className={`${styles['table']} ${styles['linked']}`}
        aria-label={words.connections.title}
        aria-rowcount={connections.length + 1}
      >
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => (
              <th key={head} role="columnheader" scope="col" className={styles[head]}>
                {columns[head]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {before > 0 ? <tr aria-hidden style={{ height: before, padding: 0 }} /> : null}
          {items.map(({ index, key }) => {
            const connection = connections[index];
            return connection === undefined ? null : (
              <Row key={key} connection={connection} index={index} measure={virtualizer.measureElement} />
            );
          })}
          {after > 0 ? <tr aria-hidden style={{ height: after, padding: 0 }} /> : null}
        </tbody>
      </table>
    </div>
  );
};
