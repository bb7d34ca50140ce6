import { Alert, Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { ShownConnection } from '../answers.js';
import { AlertIcon } from '../icons.js';
import { words } from '../words.js';
import { FormProblem } from './form-problem.js';
import { leaveForX } from './leave-for-x.js';

const w = words.setUp.credentials;

/** What went wrong on the way back from X, and the cure. */
export const CallbackProblem = ({ problem }: { problem: string | undefined }) => {
  if (problem === undefined) return null;
  const [what, cure] = w.problems[problem] ?? w.problems['other'] ?? [];
  return (
    <Alert color="red" variant="light" icon={<AlertIcon size={18} />} title={what} role="alert" mb="md">
      {cure}
    </Alert>
  );
};

/** What X answered once a person had permitted it: the app, the X user or its roles are refused. It says who cures it how. */
export const RefusedByX = ({ connection }: { connection: ShownConnection }) => {
  const [failed, setFailed] = useState<Error | null>(null);
  const { id, screenName, problem } = connection;
  if (problem === undefined) return null;
  const again = (): void => void leaveForX(id).catch(setFailed);
  return (
    <Alert
      color="red"
      variant="light"
      icon={<AlertIcon size={18} />}
      title={w.refused(screenName)}
      role="alert"
      mb="md"
    >
      {problem.nextStep.text}
      <FormProblem error={failed} />
      {connection.phase === 'choosing' ? (
        <Group mt="sm">
          <Button variant="default" size="xs" onClick={again}>
            {w.again}
          </Button>
        </Group>
      ) : null}
    </Alert>
  );
};

/** A reconnect that came to nothing: the connection goes on as it was until the person has chosen. */
export const FailedReconnect = ({ connection }: { connection: ShownConnection }) => {
  const [failed, setFailed] = useState<Error | null>(null);
  const { id, screenName = '', signInProblem } = connection;
  if (signInProblem === undefined) return null;
  const leave = (otherUser: boolean) => (): void => void leaveForX(id, otherUser).catch(setFailed);
  return (
    <Alert color="orange" variant="light" icon={<AlertIcon size={18} />} title={w.reconnectFailed} role="alert">
      {signInProblem.nextStep.text}
      <FormProblem error={failed} />
      <Group gap="xs" mt="sm">
        <Button variant="default" size="xs" onClick={leave(false)}>
          {w.againAs(screenName)}
        </Button>
        {signInProblem.code === 'other_x_user' ? (
          <Button variant="default" size="xs" onClick={leave(true)}>
            {w.useOther}
          </Button>
        ) : null}
      </Group>
    </Alert>
  );
};
