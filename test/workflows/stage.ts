import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import type { ConnectionState, Phase } from '../../domain/connection.js';
import { connectionWorkflowId, workflowTypes } from '../../domain/ids.js';
import type { ConnectionId } from '../../domain/ids.js';
import { createConnection, getConnection } from '../../store/connection/connections.js';
import { createOauthRequest, getOauthRequest } from '../../store/connection/oauth-requests.js';
import type { Connection } from '../../workflows/connection.js';
import { connectionStateQuery } from '../../workflows/messages.js';
import { type InProcess, startInProcess } from '../support/installation.js';
import type { SimulatedOptions } from '../support/simulator.js';
import { until as untilFound } from '../support/until.js';
import { authorizeUrl } from '../../x-ads/authorize.js';
import { CALLBACK, consent } from '../x-ads/support/simulator.js';

/** Workflows as they run in earnest: a real worker, a real Temporal server, a real Postgres, a simulated X. */
export interface Stage extends InProcess {
  /** What X's callback carried, and what else must be seen nowhere. */
  readonly secrets: Set<string>;
  faults(...faults: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Starts a connection's workflow with a sign-in that waits for the person. */
  begin(input?: Partial<Connection>): Promise<SignIn>;
  allow(signIn: SignIn, screenName?: string): Promise<void>;
  /** Begun, allowed, and the accounts listed. */
  signIn(input?: Partial<Connection>): Promise<ConnectionId>;
  handle(connectionId: ConnectionId): WorkflowHandle;
  state(connectionId: ConnectionId): Promise<ConnectionState>;
  untilPhase(connectionId: ConnectionId, phase: Phase): Promise<ConnectionState>;
}

export interface SignIn {
  readonly connectionId: ConnectionId;
  readonly oauthRequestId: string;
  readonly requestToken: string;
}

export const DISPLAY_NAME = 'Ads of Ada Lovelace';

/** Until there is an answer. */
export const until = <T>(look: () => Promise<T | undefined>): Promise<T> => untilFound('what the test looks for', look);

export const openStage = async (options: SimulatedOptions = {}): Promise<Stage> => {
  const base = await startInProcess(options);
  const { db, temporal, importer } = base;
  const secrets = new Set([base.consumer.secret, base.importerKeys[0]?.toString('hex') ?? '', DISPLAY_NAME]);

  const handle: Stage['handle'] = (connectionId) => temporal.workflow.getHandle(connectionWorkflowId(connectionId));
  const state: Stage['state'] = (connectionId) => handle(connectionId).query(connectionStateQuery);
  const untilPhase: Stage['untilPhase'] = (connectionId, phase) =>
    untilFound(`the connection to be ${phase}`, async () => {
      const [now, row] = await Promise.all([state(connectionId), getConnection(db, connectionId)]);
      // The workflow knows first; lists and waits read what it has written.
      return now.phase === phase && row?.phase === phase ? now : undefined;
    });
  const begin: Stage['begin'] = async (input = {}) => {
    const [connectionId, oauthRequestId] = [randomUUID(), randomUUID()];
    await createConnection(db, { id: connectionId, displayName: DISPLAY_NAME, createdBy: 'ada' });
    await createOauthRequest(db, { id: oauthRequestId, connectionId, callbackUrl: CALLBACK, minutes: 15 });
    await temporal.workflow.start(workflowTypes.connection, {
      workflowId: connectionWorkflowId(connectionId),
      taskQueue: 'importer',
      args: [{ connectionId, oauthRequestId, ...input }],
    });
    const requestToken = await untilFound(
      'a request token',
      async () => (await getOauthRequest(db, oauthRequestId))?.requestToken ?? undefined,
    );
    secrets.add(requestToken);
    return { connectionId, oauthRequestId, requestToken };
  };
  const allow: Stage['allow'] = async ({ requestToken }, screenName = 'all_accounts') => {
    const back = await consent(authorizeUrl(new URL(base.url), requestToken), screenName);
    const verifier = back.searchParams.get('oauth_verifier') ?? '';
    secrets.add(verifier);
    await importer.completeSignIn({ requestToken, verifier });
  };
  return {
    ...base,
    secrets,
    faults: async (...faults) => void (await base.control('PUT', 'faults', faults)),
    begin,
    allow,
    async signIn(input) {
      const signIn = await begin(input);
      await allow(signIn);
      await untilPhase(signIn.connectionId, 'choosing');
      return signIn.connectionId;
    },
    handle,
    state,
    untilPhase,
  };
};
