import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachXUser, createConnection } from '../../store/connection/connections.js';
import { getCredentialInfo, markCredentialRejected, saveCredential } from '../../store/connection/credentials.js';
import { noteLeftOut } from '../../store/account/left-out.js';
import { openWith } from '../../client/open.js';
import { connectionWorkflowId, workflowTypes } from '../../domain/ids.js';
import type { NextStep } from '../../domain/next-step.js';
import { createSealer } from '../../store/secrets.js';
import { keyId } from '../../temporal/codec.js';
import { searchAttributes } from '../../temporal/search-attributes.js';
import { control } from '../support/simulator.js';
import { type Installation, startInstallation, xads } from '../client/support/installation.js';

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({ worker: false });
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

interface Diagnosis {
  readonly healthy: boolean;
  readonly checks: readonly { readonly name: string; readonly status: string; readonly nextStep?: NextStep }[];
}

test('a worker that is not there is found, and what else can be checked is checked all the same', async () => {
  const ran = await installation.xads(['doctor', '--json']);
  const { healthy, checks } = ran.json() as Diagnosis;
  expect(healthy).toBe(false);
  expect(ran.code).toBe(5);
  const nextStep = { action: 'start_worker', text: 'Start a worker.' };
  expect(checks.filter(({ status }) => status === 'failed')).toEqual(
    ['importer (workflows)', 'importer (activities)', 'x-ads (activities)'].map((queue): unknown =>
      expect.objectContaining({ name: `worker on ${queue}`, nextStep }),
    ),
  );
  expect(checks).toContainEqual(expect.objectContaining({ name: 'X app', status: 'ok' }));
});

test('wrong keys of the app are told apart from everything that follows from them', async () => {
  const ran = await xads(
    () => installation.config,
    ['doctor', '--json'],
    {},
    () => ({ key: 'wrong', secret: 'wrong' }),
  );
  const { checks } = ran.json() as Diagnosis;
  expect(checks.at(-1)).toMatchObject({
    name: 'X app',
    status: 'failed',
    nextStep: { text: expect.stringContaining('X_CONSUMER_KEY') as string },
  });
});

test('a callback that is not registered in the app is told with where to register it', async () => {
  const config = { ...installation.config, callbackPort: 1 };
  const consumer = { key: 'simulated-consumer-key', secret: 'simulated-consumer-secret-not-a-secret' };
  const ran = await xads(
    () => config,
    ['doctor', '--json'],
    {},
    () => consumer,
  );
  const { checks } = ran.json() as Diagnosis;
  expect(checks.at(-1)).toMatchObject({
    name: 'X app',
    status: 'failed',
    nextStep: { text: expect.stringContaining('callback') as string },
  });
});

test('X that cannot be reached is told as that, and not as nothing wrong', async () => {
  const ran = await xads(
    () => ({ ...installation.config, xApiUrl: 'http://127.0.0.1:1' }),
    ['doctor', '--json'],
    {},
    () => installation.consumer,
  );
  const { checks } = ran.json() as Diagnosis;
  expect(checks.at(-1)).toMatchObject({
    name: 'X app',
    status: 'failed',
    detail: expect.stringContaining('X cannot be reached (ECONNREFUSED)') as string,
    nextStep: { action: 'check_configuration', text: expect.stringContaining('X_API_URL') as string },
  });
});

test('what X lists and nobody can read is named', async () => {
  const { db } = installation.opened;
  const id = randomUUID();
  await createConnection(db, { id, displayName: 'odd', createdBy: 'test' });
  const tokens = { token: '13-odd', tokenSecret: 'odd' };
  await saveCredential(db, createSealer(installation.config.importerKeys), {
    xUserId: '13',
    screenName: 'odd',
    ...tokens,
  });
  await attachXUser(db, id, '13');
  const items = [{ id: '18ce54d4x5t', reason: 'its timezone is missing' }];
  await noteLeftOut(db, { of: { xUserId: '13' }, list: 'accounts', items, observedAt: '2026-01-01T00:00:00.000Z' });
  const { checks } = (await installation.xads(['doctor', '--json'])).json() as Diagnosis;
  expect(checks.find(({ name }) => name === 'left out')).toMatchObject({
    status: 'warning',
    detail: 'could not be read: accounts 18ce54d4x5t (its timezone is missing)',
  });
});

test('a credential that X no longer accepts, and one that our key no longer opens, are each told with their cure', async () => {
  const { db } = installation.opened;
  const withCredential = async (xUserId: string, screenName: string, keys: readonly Buffer[]): Promise<void> => {
    const id = randomUUID();
    const tokens = { token: `${xUserId}-dead`, tokenSecret: 'dead' };
    await createConnection(db, { id, displayName: screenName, createdBy: 'test' });
    await saveCredential(db, createSealer(keys), { xUserId, screenName, ...tokens });
    await attachXUser(db, id, xUserId);
  };
  await withCredential('11', 'revoked', installation.config.importerKeys);
  await withCredential('12', 'sealed_elsewhere', [Buffer.alloc(32, 9)]);
  const ran = await installation.xads(['doctor', '--json']);
  const { checks } = ran.json() as Diagnosis;
  expect(checks.find(({ name }) => name === 'credential @revoked')).toMatchObject({
    status: 'failed',
    nextStep: { text: expect.stringContaining('econnect') as string },
  });
  expect(checks.find(({ name }) => name === 'credential @sealed_elsewhere')).toMatchObject({
    status: 'failed',
    nextStep: { action: 'reconnect', text: expect.stringContaining('IMPORTER_KEY') as string },
  });
  expect(ran.stdout).not.toContain('11-dead');
});

test('a credential that X refused and accepts again is told with the sign-in that it waits for', async () => {
  const { db } = installation.opened;
  const simulated = { url: installation.simulatorUrl };
  const granted = (await control(simulated, 'POST', 'tokens', { screen_name: 'ad_manager' })) as Record<string, string>;
  const { oauth_token: token = '', oauth_token_secret: tokenSecret = '', user_id: xUserId = '' } = granted;
  const id = randomUUID();
  await createConnection(db, { id, displayName: 'unlocked', createdBy: 'test' });
  const sealer = createSealer(installation.config.importerKeys);
  await saveCredential(db, sealer, { xUserId, screenName: 'unlocked', token, tokenSecret });
  await attachXUser(db, id, xUserId);
  const version = (await getCredentialInfo(db, xUserId))?.version ?? '';
  await markCredentialRejected(db, { xUserId, version, reason: 'HTTP 403: ACCOUNT_LOCKED_OUT' });
  const { checks } = (await installation.xads(['doctor', '--json'])).json() as Diagnosis;
  expect(checks.find(({ name }) => name === 'credential @unlocked')).toMatchObject({
    status: 'failed',
    detail: expect.stringMatching(/accepts it now.*ACCOUNT_LOCKED_OUT/),
    nextStep: { action: 'reconnect', text: 'Sign in again.' },
  });
});

test('a Postgres that takes no writes is told as such', async () => {
  const { db } = installation.opened;
  const [row] = (await db.query<{ name: string }>('select current_database() as name')).rows;
  await db.query(`alter database ${row?.name ?? ''} set default_transaction_read_only = on`);
  const ran = await installation.xads(['doctor', '--json']);
  await db.query(`alter database ${row?.name ?? ''} reset default_transaction_read_only`);
  const { healthy, checks } = ran.json() as Diagnosis;
  expect(healthy).toBe(false);
  expect(checks.find(({ name }) => name === 'Postgres')).toMatchObject({
    status: 'failed',
    detail: 'takes no writes: it is read-only',
    nextStep: { action: 'check_configuration' },
  });
});

test('a payload key that was replaced is named with its cure, by the doctor and by whoever acts', async () => {
  const { config, opened } = installation;
  const [old, replaced] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const id = randomUUID();
  await createConnection(opened.db, { id, displayName: 'sealed', createdBy: 'test' });
  await opened.db.query(`update importer.connections set phase = 'active' where id = $1`, [id]);
  const sealing = await openWith({ ...config, payloadKeys: [old] });
  await sealing.temporal.workflow.start(workflowTypes.connection, {
    workflowId: connectionWorkflowId(id),
    taskQueue: 'importer',
    args: [{ connectionId: id }],
  });
  await sealing.importer.close();
  const now = { ...config, payloadKeys: [replaced] };
  const named = `sealed with the key ${keyId(old)}, which PAYLOAD_KEY does not hold`;
  const { checks } = (await xads(() => now, ['doctor', '--json'])).json() as Diagnosis;
  expect(checks.find(({ name }) => name === 'payload key')).toMatchObject({
    status: 'failed',
    detail: expect.stringContaining(named) as string,
    nextStep: { text: expect.stringContaining('PAYLOAD_KEY') as string },
  });
  const acting = await openWith(now, { workerTimeout: 500 });
  await expect(acting.importer.pause(id, 'a test')).rejects.toMatchObject({
    code: 'invalid_configuration',
    message: expect.stringContaining(named) as string,
    nextStep: { action: 'check_configuration' },
  });
  await acting.importer.close();
});

test('a Temporal without our search attributes is told, and set up by the command or by whoever connects first', async () => {
  const { temporal, opened } = installation;
  const { namespace } = temporal.options;
  const remove = () =>
    opened.connection.operatorService.removeSearchAttributes({
      namespace,
      searchAttributes: searchAttributes.map(({ name }) => name),
    });
  const found = async () =>
    ((await installation.xads(['doctor', '--json'])).json() as Diagnosis).checks.find(
      ({ name }) => name === 'search attributes',
    );
  await remove();
  await expect.poll(found).toMatchObject({ status: 'failed', nextStep: { action: 'set_up' } });
  const made = (await installation.xads(['setup', '--json'])).json();
  expect(made).toEqual({ namespace, searchAttributes: searchAttributes.map(({ name }) => name) });
  await expect.poll(found).toMatchObject({ status: 'ok' });
  expect((await installation.xads(['setup'])).stdout).toContain('has what the importer needs');

  await remove();
  await expect.poll(found).toMatchObject({ status: 'failed' });
  // Nobody signs in here: it waits for a worker, after it has started the workflow.
  installation.importer.connect({ displayName: 'First' }).catch(() => undefined);
  const started = async (): Promise<unknown> => {
    const first = (await installation.importer.connections()).find(({ displayName }) => displayName === 'First');
    const handle = temporal.workflow.getHandle(connectionWorkflowId(first?.id ?? 'none'));
    return (await handle.describe().catch(() => undefined))?.status.name;
  };
  await expect.poll(started).toBe('RUNNING');
});
