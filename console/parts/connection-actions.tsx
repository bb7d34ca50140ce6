import { ActionIcon, Menu, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import type { ShownConnection } from '../answers.js';
import type { AnswerTo } from '../api.js';
import { formatUntil } from '../clock.js';
import { MoreIcon } from '../icons.js';
import { useDeed } from '../queries.js';
import { words } from '../words.js';
import { BackfillDialog, CancelDialog, DisconnectDialog, PauseDialog } from './connection-dialogs.js';
import { leaveForX } from './leave-for-x.js';
import { ReasonedButton } from './reasoned-button.js';

const w = words.connection;

const dialogs = { pause: PauseDialog, backfill: BackfillDialog, cancel: CancelDialog, disconnect: DisconnectDialog };
type DialogName = keyof typeof dialogs;

/** What *Sync now* did: an account whose sync runs already joins it. */
const syncedSentence = ({ accounts }: AnswerTo<'postSync'>): string => {
  const since = accounts.flatMap(({ runningSince }) => runningSince ?? []).toSorted();
  return since[0] === undefined || since.length < accounts.length
    ? w.started.sync
    : w.started.syncing(formatUntil(since[0]));
};

const say = (message: string): void => {
  notifications.show({ message });
};
const sayProblem = (error: Error): void => {
  notifications.show({ message: error.message, color: 'red', autoClose: 10_000 });
};

/** What can be done with a connection; what cannot be done now says why. */
export const ConnectionActions = ({ connection }: { connection: ShownConnection }) => {
  const { id, can, mark, phase } = connection;
  const [dialog, setDialog] = useState<DialogName>();
  const navigate = useNavigate();
  const sync = useDeed('postSync');
  const resume = useDeed('postResume');
  const input = { params: { id } };
  const reconnect = (): void => void leaveForX(id).catch(sayProblem);
  const choose = (): void => void navigate({ to: '/connections/$id', params: { id }, search: { tab: 'settings' } });
  const items = [
    ['backfill', can.backfill, () => setDialog('backfill')],
    ['cancel', can.cancel, () => setDialog('cancel')],
    ['choose', can.choose, choose],
    ['reconnect', can.sign_in, reconnect],
    ['disconnect', can.disconnect, () => setDialog('disconnect')],
  ] as const;
  const Open = dialog === undefined ? undefined : dialogs[dialog];
  return (
    <>
      {mark.nextStep?.action === 'reconnect' ? (
        <ReasonedButton may={can.sign_in} onClick={reconnect}>
          {w.actions.reconnect}
        </ReasonedButton>
      ) : null}
      {phase === 'paused' ? (
        <ReasonedButton
          may={can.resume}
          loading={resume.isPending}
          onClick={() => resume.mutate(input, { onSuccess: () => say(w.started.resume), onError: sayProblem })}
        >
          {w.actions.resume}
        </ReasonedButton>
      ) : (
        <ReasonedButton may={can.pause} variant="default" onClick={() => setDialog('pause')}>
          {w.actions.pause}
        </ReasonedButton>
      )}
      <ReasonedButton
        may={can.sync}
        variant="default"
        loading={sync.isPending}
        onClick={() => sync.mutate(input, { onSuccess: (done) => say(syncedSentence(done)), onError: sayProblem })}
      >
        {w.actions.sync}
      </ReasonedButton>
      <Menu width={260}>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={w.more}>
            <MoreIcon size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {items.map(([name, may, act]) => (
            <Menu.Item
              key={name}
              aria-disabled={!may.allowed}
              closeMenuOnClick={may.allowed}
              {...(name === 'disconnect' && may.allowed ? { color: 'red' } : {})}
              onClick={() => {
                if (may.allowed) act();
              }}
            >
              <Text inherit c={may.allowed ? 'inherit' : 'dimmed'}>
                {w.actions[name]}
              </Text>
              {may.allowed ? null : (
                <Text size="xs" c="dimmed">
                  {may.reason}
                </Text>
              )}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {Open === undefined ? null : (
        <Open
          connection={connection}
          close={() => setDialog(undefined)}
          done={(message) => {
            setDialog(undefined);
            say(message);
          }}
        />
      )}
    </>
  );
};
