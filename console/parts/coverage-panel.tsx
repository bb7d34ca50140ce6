import { Select, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { useAnswer } from '../queries.js';
import { words } from '../words.js';
import { DaysGrid, DaysLegend } from './days-grid.js';
import { DayDrawer } from './day-drawer.js';
import { Panel } from './page.js';
import { Failure, RowsSkeleton } from './states.js';

const w = words.connection.coverage;

/** The days of one account at a time; which one, and which day is open, stand in the address. */
export const CoveragePanel = ({ id, every }: { id: string; every: number }) => {
  const { account, day } = useSearch({ from: '/frame/connections/$id' });
  const navigate = useNavigate({ from: '/connections/$id' });
  const { data, error, refetch } = useAnswer('getCoverage', { params: { id } }, { every });
  const shown = data?.accounts.find(({ accountId }) => accountId === account) ?? data?.accounts[0];
  const shownId = shown?.accountId;
  const select = useCallback(
    (next: string) =>
      void navigate({
        search: (now) => ({ ...now, ...(shownId === undefined ? {} : { account: shownId }), day: next }),
        resetScroll: false,
      }),
    [navigate, shownId],
  );
  if (data === undefined)
    return error === null ? <RowsSkeleton /> : <Failure error={error} retry={() => void refetch()} order={2} />;
  return (
    <Panel title={w.title}>
      <Stack>
        <Text c="dimmed" size="sm">
          {w.lead}
        </Text>
        {data.accounts.length > 1 ? (
          <Select
            label={w.account}
            maw={340}
            searchable
            allowDeselect={false}
            data={data.accounts.map(({ accountId, accountName }) => ({ value: accountId, label: accountName }))}
            value={shownId ?? null}
            onChange={(value) => {
              if (value !== null) void navigate({ search: (now) => ({ ...now, account: value }), resetScroll: false });
            }}
          />
        ) : null}
        {shown === undefined ? (
          <Text c="dimmed">{w.none}</Text>
        ) : (
          <>
            <DaysGrid account={shown} selected={day} select={select} />
            <DaysLegend />
          </>
        )}
      </Stack>
      {shown === undefined || day === undefined ? null : (
        <DayDrawer
          id={id}
          account={shown.accountId}
          accountName={shown.accountName}
          day={day}
          close={() => void navigate({ search: (now) => ({ ...now, day: undefined }), resetScroll: false })}
        />
      )}
    </Panel>
  );
};
