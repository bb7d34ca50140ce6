import type { Choice, ConnectionState, GrantState, Phase, Problem } from './connection.js';
import type { AccountId, ConnectionId, RunId } from './ids.js';
import type { DayRange } from './calendar.js';
import type { RunKind } from './run.js';

/*
 * Temporal may lose a workflow: its data are gone, or somebody has terminated it. Postgres knows enough to start it anew.
 */

/** What Postgres knows of a connection that has not ended. */
export interface StoredConnection {
  readonly connectionId: ConnectionId;
  readonly phase: Exclude<Phase, 'disconnected'>;
  readonly problem: Problem | null;
  /** Why X refuses the credential, whatever the phase. */
  readonly credentialProblem: Problem | null;
  readonly pauseNote: string | null;
  readonly choice: Choice | null;
  readonly grants: Readonly<Record<AccountId, GrantState>>;
  /** How many accounts X has listed for the user, and how many of them can be chosen. */
  readonly accounts: number;
  readonly selectable: number;
  /** A sign-in that has not ended; `answered` when X's callback is stored and not exchanged yet. */
  readonly signIn: { readonly oauthRequestId: string; readonly answered: boolean } | null;
}

/** A run that goes on by what Postgres knows, whose workflow may be gone. */
export interface StoredRun {
  readonly runId: RunId;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  readonly kind: RunKind;
  readonly workflowId: string;
  readonly range: DayRange;
  readonly refetch: boolean;
  readonly requestId: string | null;
  /** What was active is known, and what must be read is planned. */
  readonly surveyed: boolean;
}

const NOT_KNOWN: Problem = {
  code: 'CredentialsRejected',
  nextStep: 'X no longer accepts the credentials: reconnect.',
};

/** The state that the workflow of a connection goes on with. A refused choice is no longer in the way of anything. */
export const restoredState = (stored: StoredConnection): ConnectionState => {
  const { connectionId, phase, choice, grants, accounts, selectable, signIn } = stored;
  const base = { version: 1, connectionId } as const;
  const problem = stored.problem ? { problem: stored.problem } : {};
  switch (phase) {
    case 'authorizing':
      return { ...base, phase, ...(signIn ? { oauthRequestId: signIn.oauthRequestId } : {}), ...problem };
    case 'needs_reauthorization': {
      const why = stored.problem ?? stored.credentialProblem ?? NOT_KNOWN;
      return { ...base, phase, ...(choice ? { choice } : {}), grants, problem: why };
    }
    case 'paused':
      if (choice) return { ...base, phase, choice, grants, note: stored.pauseNote ?? '' };
      break;
    case 'active':
    case 'choosing':
      // A choice that is stored was permitted, and its grants are stored with it.
      if (choice) return { ...base, phase: 'active', choice, grants };
      break;
  }
  return { ...base, phase: 'choosing', accounts, selectable, ...problem };
};
