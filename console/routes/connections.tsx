import { Button, Select, Switch, Text, TextInput, List } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ShownConnection } from '../answers.js';
import { ConnectionsTable } from '../parts/connections-table.js';
import { CallbackProblem } from '../parts/callback-problem.js';
import { useMe } from '../parts/frame.js';
import { PageFrame } from '../parts/page.js';
import { ReasonedButton } from '../parts/reasoned-button.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import { PlugIcon, PlusIcon, SearchIcon } from '../icons.js';
import { connectionsQuestion } from '../connections-question.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/table.module.css';
import { words } from '../words.js';

const w = words.connections;

const fits = (connection: ShownConnection, search: string, status: string | undefined): boolean =>
  (status === undefined || connection.mark.status === status) &&
  [connection.displayName, connection.screenName ?? '', connection.createdByName]
    .join(' ')
    .toLocaleLowerCase()
    .includes(search.toLocaleLowerCase());

const AddButton = () => {
  const { can } = useMe();
  const navigate = useNavigate();
  return (
    <ReasonedButton
      may={can.connect}
      leftSection={<PlusIcon size={16} />}
      onClick={() => void navigate({ to: '/connections/new' })}
    >
      {w.add}
    </ReasonedButton>
  );
};

const Empty = () => (
  <State icon={<PlugIcon size={20} />} title={w.emptyTitle} actions={<AddButton />}>
    <Text inherit>{w.empty}</Text>
    <List type="ordered" size="sm" mt="md" ta="start" display="inline-block">
      {w.emptySteps.map((step) => (
        <List.Item key={step}>{step}</List.Item>
      ))}
    </List>
  </State>
);

export const ConnectionsPage = () => {
  const { search = '', status, disconnected, problem } = useSearch({ from: '/frame/connections' });
  const navigate = useNavigate({ from: '/connections' });
  const withDisconnected = disconnected === 'yes';
  const { data, error, refetch } = useAnswer('getConnections', connectionsQuestion({ disconnected }), { every: 4000 });
  const set = (next: { search?: string; status?: string | undefined; disconnected?: string | undefined }): void => {
    void navigate({
      search: (now) => Object.fromEntries(Object.entries({ ...now, ...next }).filter(([, v]) => v)),
      replace: true,
    });
  };
  const all = data?.connections;
  const labels = new Map<string, string>(all?.map(({ mark }) => [mark.status, mark.label]));
  const shown = all?.filter((connection) => fits(connection, search, status));
  const hasFilter = search !== '' || status !== undefined;
  return (
    <PageFrame
      title={w.title}
      lead={w.lead}
      actions={all === undefined || all.length === 0 ? undefined : <AddButton />}
    >
      <CallbackProblem problem={problem} />
      {all === undefined || (all.length === 0 && !withDisconnected) ? null : (
        <div className={styles['tools']}>
          <TextInput
            className={styles['search'] ?? ''}
            aria-label={w.search}
            placeholder={w.search}
            type="search"
            leftSection={<SearchIcon size={15} />}
            defaultValue={search}
            onChange={({ currentTarget }) => set({ search: currentTarget.value })}
          />
          <Select
            aria-label={w.status}
            placeholder={w.all}
            clearable
            data={[...labels].map(([value, label]) => ({ value, label }))}
            value={status ?? null}
            onChange={(value) => set({ status: value ?? undefined })}
          />
          <Switch
            label={w.withDisconnected}
            checked={withDisconnected}
            onChange={({ currentTarget }) => set({ disconnected: currentTarget.checked ? 'yes' : undefined })}
          />
          <Text c="dimmed" size="xs" ms="auto" role="status">
            {w.count(shown?.length ?? 0, all.length)}
          </Text>
        </div>
      )}
      {all === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : shown !== undefined && shown.length > 0 ? (
        <ConnectionsTable connections={shown} />
      ) : hasFilter ? (
        <State
          icon={<SearchIcon size={20} />}
          title={w.nothingFound}
          actions={
            <Button variant="default" onClick={() => void navigate({ search: () => ({}), replace: true })}>
              {w.clear}
            </Button>
          }
        >
          {w.nothingFoundHint}
        </State>
      ) : (
        <Empty />
      )}
    </PageFrame>
  );
};
