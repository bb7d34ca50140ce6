import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { FormProblem, mistakesOf } from '../parts/form-problem.js';
import { useMe } from '../parts/frame.js';
import { useDeed } from '../queries.js';
import { words } from '../words.js';

const w = words.performance.views;

interface SaveDialogProps {
  readonly kind: 'view' | 'columns';
  readonly view: Readonly<Record<string, string>>;
  readonly close: () => void;
  readonly saved?: (id: string) => void;
}

/** Saves a view or columns under a name, for oneself or for the workspace. */
export const SaveDialog = ({ kind, view, close, saved }: SaveDialogProps) => {
  const { role } = useMe();
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const post = useDeed('postSavedView');
  const save = (event: FormEvent): void => {
    event.preventDefault();
    post.mutate(
      { body: { kind, name: name.trim(), shared, view } },
      {
        onSuccess: ({ id }) => {
          saved?.(id);
          close();
        },
      },
    );
  };
  return (
    <Modal opened onClose={close} title={w.saveTitle[kind]} closeButtonProps={{ 'aria-label': words.settings.close }}>
      <form onSubmit={save}>
        <Stack>
          <TextInput
            data-autofocus
            label={w.name}
            value={name}
            maxLength={200}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={mistakesOf(post.error)['name']}
          />
          {role === 'viewer' ? null : (
            <Checkbox
              label={w.share}
              description={w.shareHint}
              checked={shared}
              onChange={({ currentTarget }) => setShared(currentTarget.checked)}
            />
          )}
          <FormProblem error={post.error} />
          <Group justify="flex-end">
            <Button type="submit" loading={post.isPending} disabled={name.trim() === ''}>
              {w.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
};
