import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { ShownConnection } from '../answers.js';
import { call } from '../api.js';
import { ApiRefusal } from '../api-refusal.js';
import { useDeed } from '../queries.js';
import { words } from '../words.js';
import { FormProblem, mistakesOf } from './form-problem.js';
import { PrivacyChoice, type PrivacyDraft } from './privacy-choice.js';

const w = words.setUp.created;

/**
 * Name and privacy, to be edited. The version that is sent is the one seen when the edit began, not one that has come in
 * meanwhile: else a stale edit would go unnoticed.
 */
export const NameAndPrivacy = ({ connection }: { connection: ShownConnection }) => {
  const [began, setBegan] = useState(connection);
  const [name, setName] = useState(connection.displayName);
  const [privacy, setPrivacy] = useState<PrivacyDraft>({
    privacy: connection.privacy,
    ...(connection.team === undefined ? {} : { teamId: connection.team.id }),
  });
  const patch = useDeed('patchConnection');
  const isChanged =
    name.trim() !== began.displayName || privacy.privacy !== began.privacy || privacy.teamId !== began.team?.id;
  // Until something is edited, what comes in is what an edit begins with.
  if (!isChanged && !patch.isPending && connection.version !== began.version) {
    setBegan(connection);
    setName(connection.displayName);
    setPrivacy({
      privacy: connection.privacy,
      ...(connection.team === undefined ? {} : { teamId: connection.team.id }),
    });
  }
  const isRefused = patch.error instanceof ApiRefusal && (patch.error.status === 409 || patch.error.status === 412);
  const save = (): void => {
    patch.mutate(
      { params: { id: connection.id }, body: { displayName: name.trim(), ...privacy }, ifMatch: began.version },
      {
        onSuccess: (saved) => {
          setBegan(saved);
          setName(saved.displayName);
          notifications.show({ message: w.saved, color: 'green' });
        },
        // The next try is made knowing what the other one did.
        onError: () => void call('getConnection', { params: { id: connection.id } }).then(setBegan, () => undefined),
      },
    );
  };
  const may = connection.can.rename;
  return (
    <Stack>
      <TextInput
        label={w.name}
        value={name}
        maxLength={200}
        disabled={!may.allowed}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={mistakesOf(patch.error)['displayName']}
      />
      <div>
        <Text size="sm" fw={500} mb={6}>
          {w.privacy}
        </Text>
        <PrivacyChoice value={privacy} onChange={setPrivacy} />
      </div>
      {isRefused ? (
        <Text role="alert" c="var(--late)">
          {words.setUp.conflict(connection.displayName)}
        </Text>
      ) : (
        <FormProblem error={patch.error} />
      )}
      {may.allowed ? null : <Text c="dimmed">{may.reason}</Text>}
      <Group justify="flex-end">
        <Button disabled={!isChanged || !may.allowed || name.trim() === ''} loading={patch.isPending} onClick={save}>
          {w.save}
        </Button>
      </Group>
    </Stack>
  );
};
