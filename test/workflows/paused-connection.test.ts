import { expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import { getConnection } from '../../store/connection/connections.js';
import { openStage, type Stage, until } from './stage.js';

/*
 * What a person paused stays paused with its note, whatever becomes of the credential meanwhile, until a person resumes it.
 */

const NOTE = 'the client has left';

const paused = async (stage: Stage): Promise<ConnectionId> => {
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, { history: { kind: 'days', days: 30 } });
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  await stage.importer.pause(connectionId, NOTE);
  await stage.untilPhase(connectionId, 'paused');
  return connectionId;
};

/** Another connection of the same X user whose import meets the dead token. */
const dyingSibling = async (stage: Stage): Promise<ConnectionId> => {
  const sibling = await stage.signIn();
  await stage.faults({ kind: 'token_revoked', times: 1 });
  await stage.importer.choose(sibling, { history: { kind: 'days', days: 90 } });
  await stage.untilPhase(sibling, 'needs_reauthorization');
  await stage.faults();
  return sibling;
};

const signInAgain = async (stage: Stage, connectionId: ConnectionId): Promise<void> => {
  const { authorizeUrl, oauthRequestId } = await stage.importer.signIn(connectionId);
  const requestToken = new URL(authorizeUrl).searchParams.get('oauth_token') ?? '';
  await stage.allow({ connectionId, oauthRequestId, requestToken });
  const isValid = async () => {
    const { rows } = await stage.db.query<{ status: string }>('select status from importer.credentials');
    return rows.every(({ status }) => status === 'valid') ? true : undefined;
  };
  await until(isValid);
};

/** What is asked of a connection is done in order: when a later choice is in force, what came before has been done. */
const settled = async (stage: Stage, connectionId: ConnectionId): Promise<void> => {
  const state = await stage.state(connectionId);
  const wait = 'choice' in state && state.choice?.wait === 1 ? 3 : 1;
  await stage.importer.choose(connectionId, { wait });
};

const expectPaused = async (stage: Stage, connectionId: ConnectionId): Promise<void> => {
  await settled(stage, connectionId);
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'paused', note: NOTE });
  expect((await getConnection(stage.db, connectionId))?.phase).toBe('paused');
};

test('a paused connection stays so when a sibling meets the dead token, and when the sibling is reconnected', async () => {
  await using stage = await openStage({ accounts: 1, ads: 3, days: 120 });
  const connectionId = await paused(stage);
  const sibling = await dyingSibling(stage);
  await expectPaused(stage, connectionId);
  // It says all the same that resuming it would not be enough.
  expect(await stage.importer.status(connectionId)).toMatchObject({
    phase: 'paused',
    problem: {
      code: 'CredentialsRejected',
      nextStep: { action: 'reconnect', text: expect.stringContaining('econnect') as string },
    },
  });
  await signInAgain(stage, sibling);
  await stage.untilPhase(sibling, 'active');
  await expectPaused(stage, connectionId);
  expect((await stage.importer.status(connectionId)).problem).toBeUndefined();
  await stage.importer.resume(connectionId);
  await stage.untilPhase(connectionId, 'active');
});

test('a paused connection that is reconnected itself stays paused, while its sibling goes on', async () => {
  await using stage = await openStage({ accounts: 1, ads: 3, days: 120 });
  const connectionId = await paused(stage);
  const sibling = await dyingSibling(stage);
  await signInAgain(stage, connectionId);
  await stage.untilPhase(sibling, 'active');
  await expectPaused(stage, connectionId);
});

test('resuming with a dead credential says to reconnect, and goes on after that', async () => {
  await using stage = await openStage({ accounts: 1, ads: 3, days: 120 });
  const connectionId = await paused(stage);
  await dyingSibling(stage);
  await expect(stage.importer.resume(connectionId)).rejects.toMatchObject({
    code: 'needs_person',
    nextStep: { text: expect.stringContaining('econnect') as string },
  });
  expect(await stage.state(connectionId)).toMatchObject({
    phase: 'needs_reauthorization',
    problem: { code: 'CredentialsRejected' },
  });
  await signInAgain(stage, connectionId);
  await stage.untilPhase(connectionId, 'active');
});
