import { Code, Drawer, Stack, Text } from '@mantine/core';
import { formatCount, formatDay, formatInstant } from '../clock.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';
import { DayOutlook } from './day-outlook.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.connection.day;

interface DayDrawerProps {
  readonly id: string;
  readonly account: string;
  readonly accountName: string;
  readonly day: string;
  readonly close: () => void;
}

/** Where the numbers of one day came from: what was asked of X, by which job, and the hash of what it answered. */
export const DayDrawer = ({ id, account, accountName, day, close }: DayDrawerProps) => {
  const { data, error, refetch } = useAnswer('getDayDetail', { params: { id, account, day } }, { every: 5000 });
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="lg"
      title={<Text fw={600}>{w.title(formatDay(day), accountName)}</Text>}
      closeButtonProps={{ 'aria-label': w.close }}
    >
      <DayOutlook account={account} day={day} />
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={3} />
        )
      ) : data.slices.length === 0 ? (
        <Text c="dimmed">{w.none}</Text>
      ) : (
        <ul className={styles['accounts']}>
          {data.slices.map((slice, index) => (
            <li key={`${slice.level} ${slice.placement} ${slice.metricSet} ${index}`} style={{ paddingBlock: 12 }}>
              <Text fw={600}>
                {slice.level} · {slice.placement} · {slice.metricSet}
              </Text>
              <Stack gap={2}>
                <Text size="sm">
                  {slice.status}
                  {slice.landedAt === undefined ? '' : ` · ${w.landed} ${formatInstant(slice.landedAt)}`}
                </Text>
                {slice.reason === undefined ? null : <Text size="sm">{slice.reason}</Text>}
                <Text size="sm" c="dimmed">
                  {w.asks(formatDay(slice.range.from), formatDay(slice.range.to), formatCount(slice.entities))}
                  {slice.rows === undefined ? '' : ` ${w.rows(formatCount(slice.rows))}`}
                  {slice.failures === 0 ? '' : ` ${w.failures(formatCount(slice.failures))}`}
                </Text>
                {slice.jobId === undefined ? null : (
                  <Text size="sm" c="dimmed">
                    {w.job} <Code className="name">{slice.jobId}</Code>
                  </Text>
                )}
                {slice.sha256 === undefined ? null : (
                  <Text size="sm" c="dimmed">
                    {w.sha} <Code className="name">{slice.sha256}</Code>
                  </Text>
                )}
              </Stack>
            </li>
          ))}
        </ul>
      )}
    </Drawer>
  );
};
