import { Button, Loader, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ShownConnection } from '../answers.js';
import type { AnswerTo } from '../api.js';
import { formatCount, formatDay, formatInstant, formatMoney } from '../clock.js';
import { CircleCheckIcon } from '../icons.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/set-up.module.css';
import table from '../styles/table.module.css';
import { words } from '../words.js';
import { MarkSentence } from './mark-sentence.js';
import { NameAndPrivacy } from './name-and-privacy.js';
import { Panel } from './page.js';
import { MarkBadge } from './mark-badge.js';

const w = words.setUp.created;

const arrivedIn = (answer: AnswerTo<'getFirstNumbers'> | undefined) =>
  answer?.accounts.filter(({ day }) => day !== undefined) ?? [];

/** In seconds. Short: a server that stops waits for what it still has to answer. */
const WAIT = 5;

/** The newest imported day of each account; while somebody looks for it to arrive, the server answers once it has. */
export const FirstNumbersPanel = ({ id }: { id: string }) => {
  const { data } = useAnswer(
    'getFirstNumbers',
    { params: { id }, query: { wait: WAIT } },
    { every: (seen) => (arrivedIn(seen).length === 0 ? 250 : 1500) },
  );
  const arrived = arrivedIn(data);
  return (
    <Panel title={w.numbers} flush>
      {arrived.length === 0 ? (
        <Text c="dimmed" p="lg" role="status">
          <Loader size={14} me={8} aria-hidden />
          {w.numbersWait}
        </Text>
      ) : (
        <table role="table" className={table['table']} aria-label={w.numbers}>
          <thead role="rowgroup">
            <tr role="row">
              {(['account', 'day', 'spend', 'impressions', 'clicks'] as const).map((column, index) => (
                <th key={column} role="columnheader" scope="col" className={index > 1 ? table['end'] : undefined}>
                  {w.columns[column]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {arrived.map(({ accountId, accountName, day, spend, impressions, clicks }) => (
              <tr role="row" key={accountId}>
                <td role="cell">
                  <span className="name">{accountName}</span>
                </td>
                <td role="cell">
                  <span className={table['label']}>{w.columns.day}</span>
                  {day === undefined ? null : formatDay(day)}
                </td>
                <td role="cell" className={table['end']}>
                  <span className={table['label']}>{w.columns.spend}</span>
                  <b>{spend.map(({ currency, micros }) => formatMoney(micros, currency)).join(' + ')}</b>
                </td>
                <td role="cell" className={table['end']}>
                  <span className={table['label']}>{w.columns.impressions}</span>
                  {formatCount(impressions)}
                </td>
                <td role="cell" className={table['end']}>
                  <span className={table['label']}>{w.columns.clicks}</span>
                  {formatCount(clicks)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
};

export const CreatedStep = ({ connection }: { connection: ShownConnection }) => {
  const { id, mark, createdAt, createdByName } = connection;
  return (
    <Stack gap="lg">
      <Panel>
        <dl className={styles['factsList']}>
          <dt>{w.status}</dt>
          <dd>
            <MarkBadge mark={mark} />
            <Text size="sm" c="dimmed">
              <MarkSentence mark={mark} />
            </Text>
          </dd>
          <dt>{w.on}</dt>
          <dd>{formatInstant(createdAt)}</dd>
          <dt>{w.by}</dt>
          <dd className="name">{createdByName}</dd>
        </dl>
      </Panel>
      <FirstNumbersPanel id={id} />
      <Panel>
        <NameAndPrivacy connection={connection} />
      </Panel>
      <div className={styles['foot']}>
        <Button
          size="md"
          variant="default"
          renderRoot={(props) => <Link to="/connections/$id" params={{ id }} {...props} />}
        >
          {w.open}
        </Button>
      </div>
    </Stack>
  );
};

export const CreatedHead = () => (
  <div className={styles['success']}>
    <CircleCheckIcon size={36} aria-hidden />
    <div>
      <Text component="h1" fz="1.375rem" fw={600} lh={1.3}>
        {w.title}
      </Text>
      <Text c="dimmed">{w.lead}</Text>
    </div>
  </div>
);
