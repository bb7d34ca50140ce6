import { NeedsPerson, NotPermitted, TimedOut } from './errors.js';
import type { WaitOptions } from './options.js';
import type { ConnectionStatus } from './shapes.js';

const FOREVER = 2 ** 31 - 1;

export const pollOptions = ({ timeout, interval, signal }: WaitOptions) => ({
  timeout: timeout ?? FOREVER,
  interval: interval ?? 1_000,
  steady: true,
  signal,
  onTimeout: () =>
    new TimedOut(`The import was not finished within ${(timeout ?? FOREVER) / 1000} seconds; it goes on.`),
});

export const CREDENTIAL_DEAD = 'X no longer accepts the credentials, so the import has stopped.';

export const refuseEnd = (seen: ConnectionStatus): void => {
  if (seen.phase === 'needs_reauthorization') {
    throw new NeedsPerson(CREDENTIAL_DEAD, {
      nextStep: seen.problem?.nextStep ?? { action: 'reconnect', connectionId: seen.id, text: 'Sign in again.' },
    });
  }
  if (seen.phase === 'disconnected') throw new NotPermitted('The connection was disconnected.');
};

export const backfilled = ({ phase, grants }: ConnectionStatus): boolean =>
  phase === 'active' && grants.backfilling === 0;

export const idle = (seen: ConnectionStatus): boolean =>
  (backfilled(seen) || seen.phase === 'paused') && seen.runs.every(({ state }) => state !== 'running');
