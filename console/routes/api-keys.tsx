import { Button, Group, Modal, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { formatDate, formatRelative } from '../clock.js';
import { KeyIcon, PlusIcon } from '../icons.js';
import { DataCell, DataTable, Sub } from '../parts/data-table.js';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { useMe } from '../parts/frame.js';
import { PageFrame } from '../parts/page.js';
import { ReasonedButton } from '../parts/reasoned-button.js';
import { ShownOnce } from '../parts/shown-once.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';

const w = words.settings.keys;

const AddKeyDialog = ({ close }: { close: () => void }) => {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<'read' | 'read_write'>('read');
  const [days, setDays] = useState<keyof typeof w.days>('90');
  const post = useDeed('postApiKey');
  return (
    <Modal opened onClose={close} title={w.add} closeButtonProps={{ 'aria-label': words.settings.close }}>
      {post.data === undefined ? (
        <Stack>
          <TextInput
            data-autofocus
            label={w.name}
            value={name}
            maxLength={100}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={mistakesOf(post.error)['name']}
          />
          <Radio.Group
            label={w.scope}
            value={scope}
            onChange={(value) => setScope(value === 'read_write' ? 'read_write' : 'read')}
          >
            <Group mt={6}>
              <Radio value="read" label={w.scopes.read} />
              <Radio value="read_write" label={w.scopes.read_write} />
            </Group>
          </Radio.Group>
          <Select
            label={w.expires}
            allowDeselect={false}
            data={(['30', '90', '365', 'never'] as const).map((value) => ({ value, label: w.days[value] }))}
            value={days}
            onChange={(value) => {
              if (value !== null) setDays(value);
            }}
          />
          <FormProblem error={post.error} />
          <Group justify="flex-end">
            <Button
              loading={post.isPending}
              disabled={name.trim() === ''}
              onClick={() =>
                post.mutate({
                  body: { name: name.trim(), scope, ...(days === 'never' ? {} : { expiresInDays: Number(days) }) },
                })
              }
            >
              {w.make}
            </Button>
          </Group>
        </Stack>
      ) : (
        <ShownOnce title={w.made} secret={post.data.key} hint="" />
      )}
    </Modal>
  );
};

export const ApiKeysPage = () => {
  const { can } = useMe();
  const { data, error, refetch } = useAnswer('getApiKeys', {});
  const revoke = useDeed('deleteApiKey');
  const [isAdding, setAdding] = useState(false);
  const { columns } = w;
  return (
    <PageFrame
      title={w.title}
      lead={w.lead}
      actions={
        <ReasonedButton may={can.manageApiKeys} leftSection={<PlusIcon size={16} />} onClick={() => setAdding(true)}>
          {w.add}
        </ReasonedButton>
      }
    >
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : data.apiKeys.length === 0 ? (
        <State icon={<KeyIcon size={20} />} title={w.empty}>
          {w.emptyText}
        </State>
      ) : (
        <DataTable
          label={w.title}
          heads={[columns.name, columns.scope, columns.made, columns.used, columns.ends, columns.actions]}
        >
          {data.apiKeys.map(({ id, name, prefix, scope, createdByName, createdAt, lastUsedAt, expiresAt }) => (
            <tr role="row" key={id}>
              <DataCell>
                <b className="name">{name}</b>
                <Sub>{prefix}…</Sub>
              </DataCell>
              <DataCell label={columns.scope}>{w.scopes[scope]}</DataCell>
              <DataCell label={columns.made}>
                <span className="name">{createdByName}</span>
                <Sub>{formatDate(createdAt)}</Sub>
              </DataCell>
              <DataCell label={columns.used}>
                {lastUsedAt === undefined ? w.unused : formatRelative(lastUsedAt)}
              </DataCell>
              <DataCell label={columns.ends}>{expiresAt === undefined ? w.endless : formatDate(expiresAt)}</DataCell>
              <DataCell label={columns.actions}>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={w.revokeOf(name)}
                  onClick={() => revoke.mutate({ params: { apiKeyId: id } })}
                >
                  {w.revoke}
                </Button>
              </DataCell>
            </tr>
          ))}
        </DataTable>
      )}
      <FormProblem error={revoke.error} />
      {isAdding ? <AddKeyDialog close={() => setAdding(false)} /> : null}
    </PageFrame>
  );
};
