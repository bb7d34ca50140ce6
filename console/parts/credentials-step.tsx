import { Alert, Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useWindowEvent } from '@mantine/hooks';
import { useState } from 'react';
import { ApiRefusal } from '../api-refusal.js';
import { ArrowRightIcon } from '../icons.js';
import styles from '../styles/set-up.module.css';
import { words } from '../words.js';
import { AccessGuide } from './access-guide.js';
import { CallbackProblem } from './callback-problem.js';
import { FormProblem } from './form-problem.js';
import { leaveForX } from './leave-for-x.js';
import { Panel } from './page.js';
import { SendLinkPanel } from './send-link-panel.js';

const w = words.setUp.credentials;

interface CredentialsStepProps {
  /** Absent until it has been made. */
  readonly connectionId?: string;
  readonly problem?: string | undefined;
}

export const CredentialsStep = ({ connectionId, problem }: CredentialsStepProps) => {
  const [refused, setRefused] = useState<Error | null>(null);
  const [isLeaving, setLeaving] = useState(false);
  const leave = async (): Promise<void> => {
    setLeaving(true);
    setRefused(null);
    try {
      await leaveForX(connectionId);
    } catch (error) {
      setRefused(error as Error);
      setLeaving(false);
    }
  };
  // The way back with the browser's button may show this page as it was left.
  useWindowEvent('pageshow', () => setLeaving(false));
  if (refused instanceof ApiRefusal && refused.code === 'invalid_configuration')
    return <AccessGuide check={() => void leave()} />;
  return (
    <Stack>
      <CallbackProblem problem={problem} />
      <Panel>
        <Stack>
          <div>
            <Title order={2}>{w.title}</Title>
            <Text c="dimmed">{w.lead}</Text>
          </div>
          <Alert variant="light" color="gray" title={w.first}>
            {w.firstText}{' '}
            <Anchor href="https://x.com/logout" target="_blank" rel="noreferrer" inherit underline="always">
              {w.logout}
            </Anchor>
          </Alert>
          <FormProblem error={refused} />
          <Group justify="flex-end">
            <Button
              size="md"
              loading={isLeaving}
              onClick={() => void leave()}
              rightSection={<ArrowRightIcon size={16} />}
            >
              {problem === undefined ? w.button : w.again}
            </Button>
          </Group>
        </Stack>
      </Panel>
      <SendLinkPanel connectionId={connectionId} />
      <Panel title={w.permissions}>
        <Text c="dimmed" size="sm" mb="sm">
          {w.permissionsText}
        </Text>
        {w.list.map(([what, isUsed]) => (
          <div key={what} className={styles['permission']}>
            <span>{what}</span>
            <span className={isUsed ? styles['used'] : styles['unused']}>{isUsed ? w.used : w.unused}</span>
          </div>
        ))}
      </Panel>
    </Stack>
  );
};
