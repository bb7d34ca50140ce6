import { Alert } from '@mantine/core';
import { ApiRefusal } from '../api-refusal.js';
import { formatUntil, serverNow } from '../clock.js';
import { AlertIcon } from '../icons.js';
import { words } from '../words.js';

/** What a refused form says above its button; mistakes of single fields stand beside them. */
export const FormProblem = ({ error }: { error: Error | null }) => {
  if (error === null) return null;
  const refusal = error instanceof ApiRefusal ? error : undefined;
  if (refusal !== undefined && Object.keys(refusal.fields).length > 0) return null;
  const isThrottled = refusal?.status === 429 && refusal.retryAfter !== undefined;
  const when = isThrottled ? new Date(serverNow() + (refusal.retryAfter ?? 0) * 1000).toISOString() : '';
  return (
    <Alert color="red" variant="light" icon={<AlertIcon size={18} />} role="alert">
      {isThrottled ? words.signIn.tooMany(formatUntil(when)) : error.message} {refusal?.cure}
    </Alert>
  );
};

/** The mistakes that a refusal names, by field. */
export const mistakesOf = (error: unknown): Readonly<Record<string, string>> =>
  error instanceof ApiRefusal ? error.fields : {};
