import { Button, Checkbox, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ShownConnection } from '../answers.js';
import { serverNow } from '../clock.js';
import { useAnswer, useDeed } from '../queries.js';
import { words } from '../words.js';
import { FormProblem, mistakesOf } from './form-problem.js';
import { OptionCard } from './option-card.js';
import { ConsequencesList } from './consequences-list.js';

const w = words.connection;

interface DialogProps {
  readonly connection: ShownConnection;
  readonly close: () => void;
  /** Says what has been done. */
  readonly done: (message: string) => void;
}

interface FrameProps {
  readonly title: string;
  readonly lead: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

const Dialog = ({ title, lead, close, children }: FrameProps) => (
  <Modal opened onClose={close} title={<Text fw={600}>{title}</Text>} closeButtonProps={{ 'aria-label': w.day.close }}>
    <Stack>
      <Text c="dimmed">{lead}</Text>
      {children}
    </Stack>
  </Modal>
);

export const PauseDialog = ({ connection, close, done }: DialogProps) => {
  const [note, setNote] = useState('');
  const pause = useDeed('postPause');
  const body = note.trim() === '' ? {} : { note: note.trim() };
  const act = (): void =>
    pause.mutate({ params: { id: connection.id }, body }, { onSuccess: () => done(w.started.pause) });
  return (
    <Dialog title={w.pause.title} lead={w.pause.lead} close={close}>
      <TextInput
        data-autofocus
        label={w.pause.note}
        value={note}
        maxLength={500}
        onChange={({ currentTarget }) => setNote(currentTarget.value)}
        error={mistakesOf(pause.error)['note']}
      />
      <FormProblem error={pause.error} />
      <Group justify="flex-end">
        <Button loading={pause.isPending} onClick={act}>
          {w.pause.button}
        </Button>
      </Group>
    </Dialog>
  );
};

const dayBefore = (days: number): string => new Date(serverNow() - days * 86_400_000).toISOString().slice(0, 10);

export const BackfillDialog = ({ connection, close, done }: DialogProps) => {
  const [from, setFrom] = useState(() => dayBefore(30));
  const [to, setTo] = useState(() => dayBefore(1));
  const [refetch, setRefetch] = useState(false);
  const backfill = useDeed('postBackfill');
  const mistakes = mistakesOf(backfill.error);
  const act = (): void =>
    backfill.mutate(
      { params: { id: connection.id }, body: { from, to, ...(refetch ? { refetch } : {}) } },
      { onSuccess: () => done(w.started.backfill) },
    );
  return (
    <Dialog title={w.backfill.title} lead={w.backfill.lead} close={close}>
      <Group grow>
        <TextInput
          data-autofocus
          type="date"
          label={w.backfill.from}
          value={from}
          onChange={({ currentTarget }) => setFrom(currentTarget.value)}
          error={mistakes['from']}
        />
        <TextInput
          type="date"
          label={w.backfill.to}
          value={to}
          onChange={({ currentTarget }) => setTo(currentTarget.value)}
          error={mistakes['to']}
        />
      </Group>
      <Checkbox
        label={w.backfill.refetch}
        checked={refetch}
        onChange={({ currentTarget }) => setRefetch(currentTarget.checked)}
      />
      <FormProblem error={backfill.error} />
      <Group justify="flex-end">
        <Button loading={backfill.isPending} disabled={from === '' || to === ''} onClick={act}>
          {w.backfill.button}
        </Button>
      </Group>
    </Dialog>
  );
};

export const CancelDialog = ({ connection, close, done }: DialogProps) => {
  const cancel = useDeed('deleteBackfill');
  return (
    <Dialog title={w.cancel.title} lead={w.cancel.lead} close={close}>
      <FormProblem error={cancel.error} />
      <Group justify="flex-end">
        <Button
          color="red"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ params: { id: connection.id } }, { onSuccess: () => done(w.started.cancel) })}
        >
          {w.cancel.button}
        </Button>
      </Group>
    </Dialog>
  );
};

export const DisconnectDialog = ({ connection, close, done }: DialogProps) => {
  const { id, displayName } = connection;
  const [deleteData, setDeleteData] = useState(false);
  const [confirmName, setConfirmName] = useState('');
  const disconnect = useDeed('postDisconnect');
  const counted = useAnswer('getConsequences', {
    params: { id },
    query: { of: deleteData ? 'disconnect_and_delete' : 'disconnect' },
  });
  const act = (): void =>
    disconnect.mutate(
      { params: { id }, body: { deleteData, ...(deleteData ? { confirmName } : {}) } },
      { onSuccess: () => done(w.started.disconnect) },
    );
  return (
    <Dialog title={w.disconnect.title(displayName)} lead={w.settings.dangerLead} close={close}>
      <Radio.Group
        label={w.disconnect.what}
        labelProps={{ className: 'only-read' }}
        value={deleteData ? 'delete' : 'keep'}
        onChange={(value) => setDeleteData(value === 'delete')}
      >
        <Stack gap="xs">
          <OptionCard value="keep" title={w.disconnect.keep} text={w.disconnect.keepText} />
          <OptionCard value="delete" title={w.disconnect.delete} text={w.disconnect.deleteText} />
        </Stack>
      </Radio.Group>
      <ConsequencesList counted={counted.data} error={counted.error} deletes={deleteData} />
      {deleteData ? (
        <TextInput
          label={<span className="name">{w.disconnect.confirm(displayName)}</span>}
          value={confirmName}
          autoComplete="off"
          onChange={({ currentTarget }) => setConfirmName(currentTarget.value)}
          error={mistakesOf(disconnect.error)['confirmName']}
        />
      ) : null}
      <FormProblem error={disconnect.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {w.disconnect.keepOn}
        </Button>
        <Button
          color="red"
          loading={disconnect.isPending}
          disabled={deleteData && confirmName !== displayName}
          onClick={act}
        >
          {deleteData ? w.disconnect.delete : w.disconnect.keep}
        </Button>
      </Group>
    </Dialog>
  );
};
