import { Alert } from '@mantine/core';
import { AlertIcon } from '../icons.js';
import { words } from '../words.js';

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
