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

interface Refusal {
  readonly connection: ShownConnection;
  readonly color: 'red' | 'orange';
  readonly mb: 'md' | 0;
  readonly title: string;
  /** Who cures it how. */
  readonly text: string;
  /** Ways to sign in once more, by what their buttons say. */
  readonly ways: readonly { readonly label: string; readonly otherUser?: boolean }[];
}

const Refusal = ({ connection, color, mb, title, text, ways }: Refusal) => {
  const [failed, setFailed] = useState<Error | null>(null);
  return (
    <Alert color={color} variant="light" icon={<AlertIcon size={18} />} title={title} role="alert" mb={mb}>
      {text}
      <FormProblem error={failed} />
      {ways.length === 0 ? null : (
        <Group gap="xs" mt="sm">
          {ways.map(({ label, otherUser }) => (
            <Button
              key={label}
              variant="default"
              size="xs"
              onClick={() => void leaveForX(connection.id, otherUser).catch(setFailed)}
            >
              {label}
            </Button>
          ))}
        </Group>
      )}
    </Alert>
  );
};

/** What X answered once a person had permitted it: the app, the X user or its roles are refused. */
export const RefusedByX = ({ connection }: { connection: ShownConnection }) => {
  const { screenName, problem, phase } = connection;
  if (problem === undefined) return null;
  const ways = phase === 'choosing' ? [{ label: w.again }] : [];
  return (
    <Refusal
      connection={connection}
      color="red"
      mb="md"
      title={w.refused(screenName)}
      text={problem.nextStep.text}
      ways={ways}
    />
  );
};

/** A reconnect that came to nothing: the connection goes on as it was until the person has chosen. */
export const FailedReconnect = ({ connection }: { connection: ShownConnection }) => {
  const { screenName = '', signInProblem } = connection;
  if (signInProblem === undefined) return null;
  const another = signInProblem.code === 'other_x_user' ? [{ label: w.useOther, otherUser: true }] : [];
  return (
    <Refusal
      connection={connection}
      color="orange"
      mb={0}
      title={w.reconnectFailed}
      text={signInProblem.nextStep.text}
      ways={[{ label: w.againAs(screenName) }, ...another]}
    />
  );
};
