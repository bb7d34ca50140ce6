import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { formatCount, formatDay, formatMoney, formatShare } from '../clock.js';
import { useAnswer } from '../queries.js';
import table from '../styles/table.module.css';
import { words } from '../words.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

/* What X changed after it was stored, and whether the levels agree. */

const c = words.connection;

const Table = ({ label, heads, children }: { label: string; heads: readonly string[]; children: ReactNode }) => (
  <table role="table" className={table['table']} aria-label={label}>
    <thead role="rowgroup">
      <tr role="row">
        {heads.map((head, index) => (
          <th key={head} role="columnheader" scope="col" className={index > 0 ? table['end'] : undefined}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
    <tbody role="rowgroup">{children}</tbody>
  </table>
);

const Cell = ({ label, children }: { label?: string; children: ReactNode }) => (
  <td role="cell" className={label === undefined ? undefined : table['end']}>
    {label === undefined ? null : (
      <span className={table['label']} aria-hidden>
        {label}
      </span>
    )}
    <span>{children}</span>
  </td>
);

export const RestatementsPanel = ({ id }: { id: string }) => {
  const { data, error, refetch } = useAnswer('getRestatements', { params: { id } });
  const { columns, lead, none } = c.restatements;
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  const moved = data.accounts.filter(({ rows }) => rows.length > 0);
  return (
    <Stack gap="lg">
      <Text c="dimmed">{moved.length === 0 ? none : lead}</Text>
      {moved.map(({ accountId, accountName, rows }) => (
        <Panel key={accountId} title={accountName} flush>
          <Table
            label={accountName}
            heads={[columns.day, columns.was, columns.spend, columns.difference, columns.impressions, columns.clicks]}
          >
            {rows.map(({ day, currency, spendMicros, impressions, clicks }) => (
              <tr role="row" key={`${day} ${currency}`}>
                <Cell>
                  <b>{day === undefined ? '' : formatDay(day)}</b>
                </Cell>
                <Cell label={columns.was}>{formatMoney(spendMicros.was, currency)}</Cell>
                <Cell label={columns.spend}>{formatMoney(spendMicros.is, currency)}</Cell>
                <Cell label={columns.difference}>
                  {formatMoney(spendMicros.difference, currency)}
                  {spendMicros.percent === null ? '' : ` (${formatShare(spendMicros.percent / 100)})`}
                </Cell>
                <Cell label={columns.impressions}>{formatCount(impressions.difference)}</Cell>
                <Cell label={columns.clicks}>{formatCount(clicks.difference)}</Cell>
              </tr>
            ))}
          </Table>
        </Panel>
      ))}
    </Stack>
  );
};

export const ReconciliationPanel = ({ id }: { id: string }) => {
  const { data, error, refetch } = useAnswer('getReconciliation', { params: { id } });
  const { columns, lead, none, why } = c.reconciliation;
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  return (
    <Stack gap="lg">
      <Text c="dimmed">{data.accounts.length === 0 ? none : lead}</Text>
      {data.accounts.map(({ accountId, accountName, totals, comparisons }) => {
        const apart = comparisons.filter(({ reason }) => reason !== 'agrees');
        const reasons = [...new Set(apart.map(({ reason }) => reason))];
        return (
          <Panel key={accountId} title={accountName} flush>
            <Table label={accountName} heads={[columns.currency, columns.spend, columns.impressions, columns.clicks]}>
              {totals.map(({ currency, spend, impressions, clicks }) => (
                <tr role="row" key={currency}>
                  <Cell>
                    <b>{currency ?? '–'}</b>
                  </Cell>
                  <Cell label={columns.spend}>{formatMoney(spend, currency)}</Cell>
                  <Cell label={columns.impressions}>{formatCount(impressions)}</Cell>
                  <Cell label={columns.clicks}>{formatCount(clicks)}</Cell>
                </tr>
              ))}
            </Table>
            <Text size="sm" c="dimmed" px="lg" py="sm">
              {apart.length === 0
                ? c.reconciliation.agrees
                : reasons.map((reason) => why[reason](apart.filter((each) => each.reason === reason).length)).join(' ')}
            </Text>
          </Panel>
        );
      })}
    </Stack>
  );
};
