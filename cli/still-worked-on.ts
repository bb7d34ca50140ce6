import { TimedOut } from '../client/errors.js';
import type { ConnectionId } from '../domain/ids.js';

/** A request that the connection has taken, and that is not known to be done: that is no success. */
export const stillWorkedOn = (what: string, connectionId: ConnectionId): TimedOut =>
  new TimedOut(`${what}; it goes on by itself.`, {
    nextStep: { action: 'see_status', connectionId, text: 'See its status.' },
  });
