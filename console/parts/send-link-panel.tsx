import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { call, type AnswerTo } from '../api.js';
import { formatInstant } from '../clock.js';
import { queryClient, useAnswer, useDeed } from '../queries.js';
import { authorizeWords } from '../words-authorize.js';
import { FormProblem } from './form-problem.js';
import { Panel } from './page.js';
import { ShownOnce } from './shown-once.js';

const w = authorizeWords.send;

const OpenLinks = ({ id }: { id: string }) => {
  const { data } = useAnswer('getAuthorizationLinks', { params: { id } }, { every: 5000 });
  const revoke = useDeed('deleteAuthorizationLink');
  if (data === undefined || data.links.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={500}>
        {w.open}
      </Text>
      {data.links.map((link) => (
        <Group key={link.id} justify="space-between" gap="xs">
          <div>
            <Text size="sm" className="name">
              {w.by(link.createdByName, formatInstant(link.expiresAt))}
            </Text>
            {link.begun ? (
              <Text size="sm" c="dimmed">
                {w.begun}
              </Text>
            ) : null}
          </div>
          <Button
            size="xs"
            variant="default"
            aria-label={w.revokeOf(link.createdByName)}
            onClick={() => revoke.mutate({ params: { id, linkId: link.id } })}
          >
            {w.revoke}
          </Button>
        </Group>
      ))}
      <FormProblem error={revoke.error} />
    </Stack>
  );
};

/** Of links that were made on this page: their addresses are shown once, also where the page becomes the connection's own. */
const made = new Map<string, AnswerTo<'postAuthorizationLink'>>();

/** *Send a link to the person who has the X account*. Where there is no connection yet, it is made. */
export const SendLinkPanel = ({ connectionId }: { connectionId?: string | undefined }) => {
  const navigate = useNavigate();
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [shown, setShown] = useState(() => (connectionId === undefined ? undefined : made.get(connectionId)));
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const id = connectionId ?? (await call('postUnfinishedConnection', { body: {} })).connectionId;
      const link = await call('postAuthorizationLink', { params: { id } });
      setShown(link);
      await queryClient.invalidateQueries();
      if (connectionId !== undefined) return;
      made.set(id, link);
      await navigate({ to: '/connections/$id/set-up', params: { id }, replace: true });
    } catch (error) {
      setProblem(error as Error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title={w.title}>
      <Stack>
        <Text size="sm" c="dimmed">
          {w.text}
        </Text>
        {shown === undefined ? null : (
          <ShownOnce title={w.made} secret={shown.link} hint={w.hint(formatInstant(shown.expiresAt))} />
        )}
        <FormProblem error={problem} />
        <Group>
          <Button variant="default" loading={isBusy} onClick={() => void make()}>
            {w.make}
          </Button>
        </Group>
        {connectionId === undefined ? null : <OpenLinks id={connectionId} />}
      </Stack>
    </Panel>
  );
};
