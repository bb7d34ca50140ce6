import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { formatDay, formatInstant } from '../clock.js';
import { DataCell, DataTable } from '../parts/data-table.js';
import { Panel } from '../parts/page.js';
import { useDeed } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import type { ShownMetric } from './answer.js';
import { rowKey, type ShownVisit } from './changes.js';
import { formatValue } from './numbers.js';
import { rowsQuestion } from './questions.js';
import { useView } from './use-view.js';

const w = words.performance.changes;
const { none } = words.performance;
const FIRST = 8;

/** Which days of which campaigns X has restated since one last looked, each with the old value and the new. */
export const ChangedPanel = ({ visit, metrics }: { visit: ShownVisit; metrics: readonly ShownMetric[] }) => {
  const { view } = useView();
  const [isWhole, showWhole] = useState(false);
  const seen = useDeed('postPerformanceVisit');
  if (visit.since === null || visit.dayCount === 0) return null;
  const cells = visit.days.flatMap((row) =>
    metrics.filter(({ id }) => id in row.is).map((metric) => ({ row, metric, key: `${rowKey(row)} ${metric.id}` })),
  );
  return (
    <Panel
      title={w.title}
      aside={
        <Button
          variant="default"
          size="xs"
          loading={seen.isPending}
          onClick={() => seen.mutate({ query: rowsQuestion(view), body: { seen: true } })}
        >
          {w.seen}
        </Button>
      }
      flush
    >
      <Text className={styles['hint'] ?? ''} size="xs">
        {w.lead(visit.dayCount, formatInstant(visit.since))}
      </Text>
      <DataTable label={w.title} heads={[w.day, w.campaign, w.metric, w.was, w.is]} inPanel>
        {cells.slice(0, isWhole ? undefined : FIRST).map(({ row, metric, key }) => {
          const text = (value: string | null | undefined): string => formatValue(value, metric, row.currency) ?? none;
          return (
            <tr role="row" key={key}>
              <DataCell>{formatDay(row.key.day ?? '')}</DataCell>
              <DataCell label={w.campaign}>
                <span className="name">{row.names.campaign ?? row.key.campaign ?? none}</span>
              </DataCell>
              <DataCell label={w.metric}>{metric.label}</DataCell>
              <DataCell label={w.was}>
                <del className="numbers">{text(row.was[metric.id])}</del>
              </DataCell>
              <DataCell label={w.is}>
                <data value={row.is[metric.id] ?? ''} className="numbers">
                  {text(row.is[metric.id])}
                </data>
              </DataCell>
            </tr>
          );
        })}
      </DataTable>
      {isWhole || cells.length <= FIRST ? null : (
        <Button variant="subtle" size="xs" m="xs" onClick={() => showWhole(true)}>
          {w.more(cells.length)}
        </Button>
      )}
      {isWhole && visit.dayCount > visit.days.length ? (
        <Text size="xs" c="dimmed" m="xs">
          {w.others(visit.dayCount - visit.days.length)}
        </Text>
      ) : null}
    </Panel>
  );
};
