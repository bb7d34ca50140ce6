import { lastDueDay } from '../../domain/due.js';
import { addDays } from '../../domain/calendar.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openImporter } from '../../client/index.js';
import { startCallbackServer } from '../../cli/callback-server.js';
import { connectionWorkflowId } from '../../domain/ids.js';
import { allowing, type Installation, startInstallation } from './support/installation.js';
import { readPin } from './support/pin.js';

let installation: Installation;

beforeAll(async () => {
  installation = await startInstallation({ accounts: 2, ads: 3, days: 20 });
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

test('a script with a callback server connects, chooses and waits for a backfill', async () => {
  const { config } = installation;
  await using importer = await openImporter(config);
  await using _callback = await startCallbackServer(importer, { port: config.callbackPort });
  const { connectionId, authorizeUrl } = await importer.connect({ displayName: 'Acme' });
  await allowing()(authorizeUrl);
  const accounts = await importer.waitUntilChoosing(connectionId);
  expect(accounts.every(({ selectable }) => selectable)).toBe(true);
  await importer.choose(connectionId, { accounts: 'all', history: { kind: 'days', days: 30 } });
  const seen: number[] = [];
  const status = await importer.waitForBackfill(connectionId, {
    interval: 100,
    onProgress: ({ progress }) => seen.push(progress.fraction),
  });
  expect(status.grants).toMatchObject({ total: 2, upToDate: 2 });
  expect(seen.at(-1)).toBe(1);
});

test('where no browser can come back, the PIN that X shows is the answer', async () => {
  const { importer } = installation.opened;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ callbackUrl: 'oob' });
  const pin = await readPin(authorizeUrl, 'ad_manager');
  expect(pin).toMatch(/^\d{7}$/);
  await expect(importer.completeWithPin(oauthRequestId, ' ')).rejects.toMatchObject({ code: 'invalid_choice' });
  await importer.completeWithPin(oauthRequestId, ` ${pin.slice(0, 3)} ${pin.slice(3)} `);
  const accounts = await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  expect(accounts).toHaveLength(1);
  await importer.disconnect(connectionId);
});

test('a wrong PIN is a failed sign-in with the step that cures it', async () => {
  const { importer } = installation.opened;
  const { connectionId, oauthRequestId } = await importer.connect({ callbackUrl: 'oob' });
  await importer.completeWithPin(oauthRequestId, '0000000');
  await expect(importer.waitUntilChoosing(connectionId, { oauthRequestId })).rejects.toMatchObject({
    code: 'sign_in_failed',
    nextStep: { action: expect.any(String) as string, text: expect.any(String) as string },
  });
  // The second try, with the same connection.
  const again = await importer.signIn(connectionId, { callbackUrl: 'oob' });
  await importer.completeWithPin(again.oauthRequestId, await readPin(again.authorizeUrl, 'organic_analyst'));
  const accounts = await importer.waitUntilChoosing(connectionId, { oauthRequestId: again.oauthRequestId });
  const [refused] = accounts.filter(({ selectable }) => !selectable);
  expect(refused?.reason).toContain('Collaborators');
  await expect(importer.choose(connectionId, { accounts: [refused?.id ?? ''] })).rejects.toMatchObject({
    code: 'invalid_choice',
    message: expect.stringContaining('cannot be chosen'),
  });
  await expect(importer.choose(connectionId, { accounts: ['zzzz'] })).rejects.toMatchObject({
    code: 'unknown_account',
  });
  await expect(importer.choose(connectionId, { lookBack: 31 })).rejects.toMatchObject({
    code: 'invalid_choice',
    message: expect.stringContaining('from 0 (import each day once) to 30'),
  });
  await importer.rename(connectionId, '  Renamed ');
  expect((await importer.find('Renamed')).id).toBe(connectionId);
  await importer.disconnect(connectionId);
});

test('a user who may read nothing is told whom to ask', async () => {
  const ran = await installation.xads(['connect', '--json'], { browse: allowing('audience_partner') });
  expect(ran.code).toBe(3);
  expect(ran.json()).toMatchObject({
    error: { code: 'needs_person', nextStep: { text: expect.stringContaining('Business Settings') as string } },
  });
});

test('an app that X has not approved is told with the form to fill in', async () => {
  const ran = await installation.xads(['connect', '--json', '--name', 'Unapproved'], {
    browse: allowing('app_not_approved'),
  });
  expect(ran.code).toBe(3);
  expect(ran.json()).toMatchObject({
    error: { nextStep: { text: expect.stringContaining('ads-api-access') as string } },
  });
});

test('a person picks accounts, history and wait on the terminal', async () => {
  const ran = await installation.xads(['connect', '--name', 'By hand'], {
    browse: allowing('campaign_analyst'),
    interactive: true,
    types: '1\nnone\n3\n',
  });
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('By hand') });
  const { importer } = installation.opened;
  const { id } = await importer.find('By hand');
  const { accounts } = await importer.status(id);
  expect(accounts).toHaveLength(1);
  // No history: the first day is the one that becomes due next, in the account's own time zone.
  const listed = (await importer.accounts(id)).find((account) => account.id === accounts[0]?.accountId);
  const lastDue = lastDueDay(new Date().toISOString(), listed?.timezone ?? 'UTC', 3);
  expect(accounts[0]).toMatchObject({ wait: 3, historyFrom: addDays(lastDue, 1) });
});

test('a workflow that somebody terminated during the sign-in is started again by the return, and can be disconnected', async () => {
  const { importer, temporal } = installation.opened;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ callbackUrl: 'oob' });
  const workflow = temporal.workflow.getHandle(connectionWorkflowId(connectionId));
  await workflow.terminate('a test');
  await importer.completeWithPin(oauthRequestId, await readPin(authorizeUrl, 'campaign_analyst'));
  expect(await importer.waitUntilChoosing(connectionId, { oauthRequestId })).toHaveLength(2);
  await workflow.terminate('a test');
  await importer.disconnect(connectionId);
  expect((await importer.connection(connectionId)).phase).toBe('disconnected');
});
