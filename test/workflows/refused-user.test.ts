import { expect, test } from 'vitest';
import type { ConnectionId } from '../../domain/ids.js';
import type { SignIn, Stage } from './stage.js';
import { openStage } from './stage.js';

/*
 * Refusals of the X user or of the app as a whole: not the token's death, and not of one account. Each parks everything on
 * the credential once, with its own cure.
 */

/** A reserved user of the simulator, whose sign-in X has refused already: it is taken for one that went well until now. */
const refusedUser = async (stage: Stage, screenName: string): Promise<SignIn> => {
  const signIn = await stage.begin();
  await stage.allow(signIn, screenName);
  expect(await stage.untilPhase(signIn.connectionId, 'choosing')).toHaveProperty('problem');
  return signIn;
};

/** From now on the connection's X user is the refused one. Its sign-in is forgotten. */
const becomeRefused = async (stage: Stage, id: ConnectionId, { connectionId }: SignIn): Promise<void> => {
  const { db } = stage;
  const { rows } = await db.query<{ x_user_id: string }>('select x_user_id from importer.connections where id = $1', [
    connectionId,
  ]);
  const xUserId = rows[0]?.x_user_id;
  await db.query(
    `insert into importer.account_access
     select $1, account_id, permissions, observed_at from importer.account_access where x_user_id <> $1`,
    [xUserId],
  );
  await db.query(
    `update importer.credentials set status = 'valid', rejected_at = null, rejected_reason = null, rejected_code = null,
       rejected_next_step = null where x_user_id = $1`,
    [xUserId],
  );
  await db.query('delete from importer.notifications');
  await db.query('update importer.connections set x_user_id = $2 where id = $1', [id, xUserId]);
  await db.query('update importer.connections set x_user_id = null where id = $1', [connectionId]);
  await stage.control('DELETE', 'requests');
};

const told = async ({ db }: Stage) =>
  (await db.query('select code, connection_ids from importer.notifications')).rows as readonly unknown[];

const backfills = async ({ temporal }: Stage): Promise<number> =>
  (await temporal.workflow.count(`WorkflowType = 'backfill'`)).count;

const signInAgain = async (stage: Stage, connectionId: ConnectionId, screenName: string): Promise<void> => {
  // `all_accounts` is another X user: that it reads from then on is meant.
  const again = await stage.importer.signIn(connectionId, { otherUser: true });
  const requestToken = new URL(again.authorizeUrl).searchParams.get('oauth_token') ?? '';
  await stage.allow({ connectionId, oauthRequestId: again.oauthRequestId, requestToken }, screenName);
  await stage.untilPhase(connectionId, 'active');
};

const HISTORY = { history: { kind: 'days', days: 30 } } as const;

test.each([
  // The one of the three whom a new sign-in alone cures; the others come back as somebody whom X lets in.
  ['old_token', 'TokenTooOld', /reconnect, so that X makes a new token/, 'old_token'],
  ['suspended', 'AccountLocked', /unlock it; then reconnect/, 'all_accounts'],
  ['app_not_approved', 'AppNotApproved', /Apply for Ads API access/, 'all_accounts'],
])(
  'an import as %s parks the connection once, and a new sign-in heals it',
  async (screenName, code, nextStep, cured) => {
    await using stage = await openStage({ accounts: 2, ads: 3, days: 60 });
    const connectionId = await stage.signIn();
    await becomeRefused(stage, connectionId, await refusedUser(stage, screenName));
    await stage.importer.choose(connectionId, HISTORY);

    const problem = { code, nextStep: expect.stringMatching(nextStep) as string };
    expect(await stage.untilPhase(connectionId, 'needs_reauthorization')).toMatchObject({ problem });
    expect(await stage.importer.status(connectionId)).toMatchObject({
      problem: { code, nextStep: { text: expect.stringMatching(nextStep) as string } },
    });
    expect(await told(stage)).toEqual([{ code, connection_ids: [connectionId] }]);
    // One for each account: none was begun again.
    await expect.poll(() => backfills(stage)).toBe(2);
    await stage.control('DELETE', 'requests');
    await expect(stage.importer.sync(connectionId)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await stage.control('GET', 'requests')).toMatchObject({ counts: [] });

    await signInAgain(stage, connectionId, cured);
    const status = await stage.importer.waitForBackfill(connectionId, { interval: 100 });
    expect(status.accounts.map((account) => account.status)).toEqual(['up_to_date', 'up_to_date']);
    expect(status.problem).toBeUndefined();
  },
);

test('a daily sync that X refuses because the user is suspended parks the connection and tells people', async () => {
  await using stage = await openStage({ accounts: 1, ads: 3, days: 60 });
  const connectionId = await stage.signIn();
  await stage.importer.choose(connectionId, HISTORY);
  await stage.importer.waitForBackfill(connectionId, { interval: 100 });
  await becomeRefused(stage, connectionId, await refusedUser(stage, 'suspended'));
  await stage.importer.sync(connectionId);
  const parked = await stage.untilPhase(connectionId, 'needs_reauthorization');
  expect(parked).toMatchObject({ problem: { code: 'AccountLocked' } });
  expect(await told(stage)).toEqual([{ code: 'AccountLocked', connection_ids: [connectionId] }]);
});

test('a worker with a mistyped secret makes imports wait with the reason, and parks nobody', async () => {
  await using stage = await openStage({ accounts: 1, ads: 3, days: 60 });
  const connectionId = await stage.signIn();
  // X holds another secret than the worker from now on.
  Object.assign(stage.simulator.options, { consumerSecret: 'not what the worker has' });
  await stage.importer.choose(connectionId, HISTORY);
  const waits = async () => (await stage.importer.status(connectionId)).holds;
  await expect.poll(async () => (await waits()).length).toBe(1);
  const [wait] = await waits();
  expect(wait?.reason).toContain('check X_CONSUMER_KEY and X_CONSUMER_SECRET');
  const minutes = (Date.parse(wait?.until ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(1);
  expect(minutes).toBeLessThan(5);
  expect(await stage.state(connectionId)).toMatchObject({ phase: 'active' });
  const { rows } = await stage.db.query('select status from importer.credentials');
  expect(rows).toEqual([{ status: 'valid' }]);
  expect(await told(stage)).toEqual([]);
});
