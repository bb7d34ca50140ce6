import { Anchor, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { AnswerTo } from '../api.js';
import { formatCount, formatDay, formatUntil, zoneName } from '../clock.js';
import { HealthIcon } from '../icons.js';
import { DataCell, DataTable, Sub } from '../parts/data-table.js';
import { MarkSentence } from '../parts/mark-sentence.js';
import { PageFrame, Panel } from '../parts/page.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import { MarkBadge } from '../parts/mark-badge.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/connection.module.css';
import { words } from '../words.js';

type Health = AnswerTo<'getDataHealth'>;

const w = words.settings.health;

const ConnectionHealth = ({ connection }: { connection: Health['connections'][number] }) => {
  const { id, displayName, mark, accounts } = connection;
  return (
    <Stack gap="xs">
      <div>
        <Title order={2} className="name">
          <Anchor inherit c="inherit" renderRoot={(props) => <Link to="/connections/$id" params={{ id }} {...props} />}>
            {displayName}
          </Anchor>
        </Title>
        <MarkBadge mark={mark} />{' '}
        <Text span c="dimmed" size="sm">
          <MarkSentence mark={mark} />
        </Text>
      </div>
      {accounts.length === 0 ? null : (
        <DataTable
          label={displayName}
          heads={[w.columns.account, w.columns.last, w.columns.status, w.columns.open, w.columns.why]}
        >
          {accounts.map(({ accountId, accountName, timezone, lastImported, due, complete, openDay, status }) => (
            <tr role="row" key={accountId}>
              <DataCell>
                <b className="name">{accountName}</b>
                <Sub>{zoneName(timezone)}</Sub>
              </DataCell>
              <DataCell label={w.columns.last}>
                {lastImported === undefined ? w.none : formatDay(lastImported)}
              </DataCell>
              <DataCell label={w.columns.status}>{w.status[status]}</DataCell>
              <DataCell label={w.columns.open}>{formatCount(due - complete)}</DataCell>
              <DataCell label={w.columns.why}>{openDay === undefined ? w.none : formatDay(openDay)}</DataCell>
            </tr>
          ))}
        </DataTable>
      )}
    </Stack>
  );
};

/** Of each family the window of which least is left: the others are not what one waits for. They come scarcest first. */
const scarcest = (quota: Health['quota']): Health['quota'] =>
  quota.filter(({ family }, index) => quota.findIndex((other) => other.family === family) === index);

const Quota = ({ quota }: { quota: Health['quota'] }) => (
  <Panel title={w.quota}>
    <Text c="dimmed" size="sm" mb="md">
      {w.quotaLead}
    </Text>
    <Stack gap="md">
      {scarcest(quota).map(({ family, limit, remaining, resetsAt, whose }) => (
        <div key={`${family} ${whose}`}>
          <Text fw={500} size="sm">
            {family} · {whose}
          </Text>
          <div className={styles['bar']} aria-hidden>
            <div style={{ width: `${limit === 0 ? 0 : (Math.max(0, remaining) / limit) * 100}%` }} />
          </div>
          <div className={styles['barText']}>
            <span>{w.quotaOf(formatCount(remaining), formatCount(limit))}</span>
            <span>{w.resets(formatUntil(resetsAt))}</span>
          </div>
        </div>
      ))}
    </Stack>
  </Panel>
);

const isGreen = ({ mark }: Health['connections'][number]): boolean => mark.status === 'up_to_date';

/** Over all connections: what is not green, and why; those that are come last. */
export const DataHealthPage = () => {
  const { data, error, refetch } = useAnswer('getDataHealth', {}, { every: 10_000 });
  const apart = data?.connections.filter((each) => !isGreen(each)).length ?? 0;
  return (
    <PageFrame title={w.title} lead={w.lead}>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : data.connections.length === 0 ? (
        <State icon={<HealthIcon size={20} />} title={w.empty} />
      ) : (
        <Stack gap="xl">
          <Text fw={600}>{apart === 0 ? `${w.good}. ${w.goodText}` : w.attention(apart)}</Text>
          {data.connections
            .toSorted((a, b) => Number(isGreen(a)) - Number(isGreen(b)))
            .map((connection) => (
              <ConnectionHealth key={connection.id} connection={connection} />
            ))}
          {data.quota.length === 0 ? null : <Quota quota={data.quota} />}
        </Stack>
      )}
    </PageFrame>
  );
};
