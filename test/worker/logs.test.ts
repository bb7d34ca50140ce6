import { Writable } from 'node:stream';
import { log } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createActivities } from '../../activities/index.js';
import {
  backfillWorkflowId,
  connectionWorkflowId,
  dailySyncWorkflowId,
  manualBackfillWorkflowId,
} from '../../domain/ids.js';
import { defaultJobTimeouts } from '../../domain/job-outcome.js';
import { getCredential } from '../../store/connection/credentials.js';
import { createOauthRequest, saveCallback } from '../../store/connection/oauth-requests.js';
import { createLogger } from '../../process/logger.js';
import { redactText } from '../../process/redact.js';
import { logFields } from '../../worker/log-fields.js';
import { temporalLogger } from '../../worker/runtime.js';
import { openSite } from '../activities/site.js';

const TOKEN = '1234567890-AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCd';
const SECRET = 'sEcReTsEcReTsEcReTsEcReTsEcReTsEcReT';
const VERIFIER = 'vErIfIeRvErIfIeRvErIfIeR';

const capture = () => {
  let text = '';
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString('utf8');
      done();
    },
  });
  return { log: createLogger('trace', destination), text: () => text };
};

const lines = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('a log line', () => {
  it('holds no token, verifier or secret, however it was logged', () => {
    const { log, text } = capture();
    const circle: Record<string, unknown> = { token: TOKEN };
    circle['self'] = circle;
    const error = Object.assign(new Error(`refused oauth_token="${TOKEN}", oauth_verifier=${VERIFIER}`), {
      tokenSecret: SECRET,
      request: { headers: { Authorization: `OAuth oauth_token_secret="${SECRET}"` } },
      cause: new Error(`postgres://importer:${SECRET}@db/importer`),
    });
    log.info({ token: TOKEN, tokenSecret: SECRET, verifier: VERIFIER, consumerSecret: SECRET });
    log.info({ a: { b: { c: [{ secret: SECRET, access_token: TOKEN }] } }, circle });
    log.warn({ error }, 'failed');
    log.error(error);
    log.info(`GET http://127.0.0.1:8788/oauth/callback?oauth_token=${TOKEN}&oauth_verifier=${VERIFIER}`);
    log.info('%s and %o', TOKEN, { secret: SECRET });
    log.info({ url: `smtp://user:${SECRET}@mail.example.com`, sealed: Buffer.from(SECRET), raw: Buffer.from(SECRET) });
    temporalLogger(log).info('Activity failed', { error, taskToken: SECRET });
    for (const secret of [TOKEN, SECRET, VERIFIER, SECRET.slice(0, 20)]) expect(text()).not.toContain(secret);
    expect(lines(text())).toHaveLength(8);
    // Everything else is there.
    expect(text()).toContain('mail.example.com');
    expect(text()).toContain('refused');
  });

  it('leaves ids, hashes and days as they are', () => {
    const harmless =
      'run 3f2a9c1d-0b1c-4d2e-8f3a-1b2c3d4e5f60 of 18ce54d4x5t, job 1997542132142653440, 2026-11-23T10:00:00Z';
    expect(redactText(harmless)).toBe(harmless);
  });

  it('of a workflow carries connection and account, as far as they are in its id', () => {
    const { log, text } = capture();
    const logger = temporalLogger(log);
    logger.info('one', { workflowId: connectionWorkflowId('c1'), runId: 'r' });
    logger.info('two', { workflowId: backfillWorkflowId('c1', '18ce54'), runId: 'r' });
    logger.info('three', { workflowId: manualBackfillWorkflowId('c1', '18ce54', 'request'), runId: 'r' });
    logger.info('four', { workflowId: `${dailySyncWorkflowId('18ce54')}-2026-11-23T10:00:00Z`, runId: 'r' });
    logger.info('five', { workflowId: dailySyncWorkflowId('18ce54'), runId: 'r' });
    logger.info('six', { workflowId: 'something', runId: 'r' });
    expect(lines(text())).toMatchObject([
      { msg: 'one', connectionId: 'c1', workflowRunId: 'r' },
      { msg: 'two', connectionId: 'c1', accountId: '18ce54', workflowRunId: 'r' },
      { msg: 'three', connectionId: 'c1', accountId: '18ce54', workflowRunId: 'r' },
      { msg: 'four', accountId: '18ce54', workflowRunId: 'r' },
      { msg: 'five', accountId: '18ce54', workflowRunId: 'r' },
      { msg: 'six', workflowRunId: 'r' },
    ]);
  });
});

const say = async (_input: object): Promise<void> => log.info('here');

it('a line of an activity carries connection, account and run, and no task token', async () => {
  await using site = await openSite({ accounts: 1 });
  const { log: pino, text } = capture();
  const grant = await site.choose();
  const runId = await site.open(grant);
  for (const input of [{ runId }, { connectionId: 'c1', accountId: 'a1' }, {}]) {
    const workflowInfo = { workflowExecution: { workflowId: 'backfill/c0/a0', runId: 'r' } };
    await new MockActivityEnvironment(workflowInfo, {
      logger: temporalLogger(pino),
      interceptors: [logFields(site.db)],
    }).run(say, input);
  }
  const here = lines(text()).filter(({ msg }) => msg === 'here');
  expect(here).toMatchObject([
    { ...grant, runId },
    { connectionId: 'c1', accountId: 'a1' },
    { connectionId: 'c0', accountId: 'a0', workflowId: 'backfill/c0/a0' },
  ]);
  expect(here.filter((line) => 'taskToken' in line)).toEqual([]);
});

it('a sign-in and a dead token leave no secret in the log of the activities', async () => {
  await using site = await openSite({ accounts: 1 });
  const { log, text } = capture();
  const connectionId = await site.connect();
  const { rows } = await site.db.query<{ id: string }>('select x_user_id as id from importer.credentials');
  const pair = await getCredential(site.db, site.sealer, rows[0]?.id ?? '');
  const oauthRequestId = 'a6f3f7a0-0000-4000-8000-000000000001';
  await createOauthRequest(site.db, {
    id: oauthRequestId,
    connectionId,
    callbackUrl: 'http://127.0.0.1:8788/oauth/callback',
    minutes: 15,
  });
  const deps = {
    db: site.db,
    sealer: site.sealer,
    x: site.x,
    jobTimeouts: defaultJobTimeouts,
    workflows: { isOpen: async () => false },
    schedules: {
      knowsZone: async () => true,
      set: async () => undefined,
      remove: async () => undefined,
      trigger: async () => undefined,
    },
  } as unknown as Parameters<typeof createActivities>[0];
  const run = async (name: 'listAccounts' | 'requestToken' | 'exchangeVerifier', input: object): Promise<void> => {
    const activity = createActivities(deps)[name] as (input: object) => Promise<unknown>;
    const environment = new MockActivityEnvironment(undefined, { logger: temporalLogger(log) });
    const outcome = await environment.run(activity, input).catch((error: unknown) => error);
    log.warn({ outcome }, name);
  };
  await run('requestToken', { oauthRequestId });
  const { rows: asked } = await site.db.query<{ token: string }>(
    'select request_token as token from importer.oauth_requests',
  );
  await saveCallback(site.db, site.sealer, { requestToken: asked[0]?.token ?? '', verifier: VERIFIER });
  await run('exchangeVerifier', { connectionId, oauthRequestId });
  await site.faults({ kind: 'token_revoked' });
  await run('listAccounts', { connectionId });
  expect(text()).toContain('X rejected the credentials');
  for (const secret of [pair?.token, pair?.tokenSecret, VERIFIER, asked[0]?.token, 'simulated-consumer-secret'])
    expect(text()).not.toContain(String(secret));
});
