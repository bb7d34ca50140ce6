import type { Client } from '@temporalio/client';
import { type ConnectionId, connectionWorkflowId } from '../domain/ids.js';
import { listAnewSignal } from '../workflows/messages.js';

/** X is asked for the accounts of one connection this often at the most, however many look. */
const EVERY_MS = 10_000;
/** Each account costs two calls of X. */
const EACH_MS = 500;
const SIGNAL_MS = 2_000;
/** Connections of which it is known when they were asked about. */
const REMEMBERED = 1_000;

/** Has X asked anew for accounts that somebody looks at, so that what is cured there shows by itself. */
export interface AccountListings {
  /** Returns at once; what X answers is in Postgres some seconds later. Where Temporal is away, the next look asks. */
  ask(temporal: Client, id: ConnectionId, accounts: number): void;
}

export const createAccountListings = (now: () => number = () => performance.now()): AccountListings => {
  const askedAt = new Map<ConnectionId, number>();
  return {
    ask: (temporal, id, accounts) => {
      const last = askedAt.get(id);
      if (last !== undefined && now() - last < Math.max(EVERY_MS, EACH_MS * accounts)) return;
      if (askedAt.size >= REMEMBERED) askedAt.clear();
      askedAt.set(id, now());
      const handle = temporal.workflow.getHandle(connectionWorkflowId(id));
      temporal.withDeadline(Date.now() + SIGNAL_MS, () => handle.signal(listAnewSignal)).catch(() => undefined);
    },
  };
};
