import { Stack, Text } from '@mantine/core';
import { formatCount, formatDay, formatMoney, formatShare } from '../clock.js';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';
import { DataCell, DataTable } from './data-table.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

/* What X changed after it was stored, and whether the levels agree. */

const c = words.connection;

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
          <DataTable
            numeric
            inPanel
            label={accountName}
            heads={[columns.day, columns.was, columns.spend, columns.difference, columns.impressions, columns.clicks]}
          >
            {rows.map(({ day, currency, spendMicros, impressions, clicks }) => (
              <tr role="row" key={`${day} ${currency}`}>
                <DataCell>
                  <b>{day === undefined ? '' : formatDay(day)}</b>
                </DataCell>
                <DataCell numeric label={columns.was}>
                  {formatMoney(spendMicros.was, currency)}
                </DataCell>
                <DataCell numeric label={columns.spend}>
                  {formatMoney(spendMicros.is, currency)}
                </DataCell>
                <DataCell numeric label={columns.difference}>
                  {formatMoney(spendMicros.difference, currency)}
                  {spendMicros.percent === null ? '' : ` (${formatShare(spendMicros.percent / 100)})`}
                </DataCell>
                <DataCell numeric label={columns.impressions}>
                  {formatCount(impressions.difference)}
                </DataCell>
                <DataCell numeric label={columns.clicks}>
                  {formatCount(clicks.difference)}
                </DataCell>
              </tr>
            ))}
          </DataTable>
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
            <DataTable
              numeric
              inPanel
              label={accountName}
              heads={[columns.currency, columns.spend, columns.impressions, columns.clicks]}
            >
              {totals.map(({ currency, spend, impressions, clicks }) => (
                <tr role="row" key={currency}>
                  <DataCell>
                    <b>{currency ?? '–'}</b>
                  </DataCell>
                  <DataCell numeric label={columns.spend}>
                    {formatMoney(spend, currency)}
                  </DataCell>
                  <DataCell numeric label={columns.impressions}>
                    {formatCount(impressions)}
                  </DataCell>
                  <DataCell numeric label={columns.clicks}>
                    {formatCount(clicks)}
                  </DataCell>
                </tr>
              ))}
            </DataTable>
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
