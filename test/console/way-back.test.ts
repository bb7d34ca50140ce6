import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, visit } from './support/browser.js';
import { openConsole, type OpenConsole } from './support/console.js';
import { authorizeAs, button, enterAgain, heading, leave, wayBack } from './support/pages.js';
import { inSteps } from './support/steps.js';

/*
 * In a real browser: every way back from X that fails. The console says what happened and how it is cured, and it is cured.
 */

let opened: OpenConsole;

beforeAll(async () => {
  opened = await openConsole(['--accounts', '2', '--ads', '5', '--days', '40', '--job-seconds', '2']);
});

afterAll(() => opened?.[Symbol.asyncDispose]());

inSteps(() => opened.ana.page);

const says = async (text: string | RegExp): Promise<void> =>
  await opened.ana.page.getByRole('main').getByRole('alert').getByText(text).first().waitFor();
const step = async (name: string): Promise<void> =>
  await opened.ana.page.locator('[aria-current=step]').getByText(name).waitFor();

describe('a way back from X', () => {
  it('that another browser brings is refused in both, and the browser that began goes on', async () => {
    const { page } = opened.ana;
    await page.goto('/connections/new');
    await page
      .getByRole('main')
      .getByRole('button', { name: /^X Ads/ })
      .click();
    await leave(page);
    const back = await wayBack(page, 'app_not_approved');
    const stranger = await visit(opened.browser, opened.address);
    await stranger.page.goto(back);
    await heading(stranger.page, 'Sign in').waitFor();
    await enterAgain(stranger, opened.address);
    await stranger.page.goto(back);
    await stranger.page.getByText('You came back in another browser than the one that began.').waitFor();
    await button(stranger.page, 'Try again with X Ads').waitFor();
    await stranger[Symbol.asyncDispose]();
    // An app that X has not approved.
    await page.goto(back);
    await says(/X has not approved the app|Apply for Ads API access/);
    await judge(page, 'app-not-approved');
    await page.goto(back);
    await says('That way back from X was used already.');
  });

  it('that was forged stores nothing, and says where to go on', async () => {
    const { page } = opened.ana;
    const setUp = page.url().replace(/\?.*/, '');
    await page.goto('/x/callback?oauth_token=forged&oauth_verifier=forged');
    await says('X sent you back in a way that fits no attempt of yours.');
    await judge(page, 'forged');
    await page.getByRole('table', { name: 'Connections' }).getByRole('link').first().click();
    await page.waitForURL(setUp);
  });

  it('that comes too late says so, and the next attempt goes on', async () => {
    const { page } = opened.ana;
    await leave(page);
    const back = await wayBack(page, 'locked_out');
    await opened.installation.db.query(
      `update importer.oauth_requests set expires_at = now() - interval '1 minute' where state = 'pending'`,
    );
    await page.goto(back);
    await says('Too much time passed at X.');
    await leave(page);
    await button(page, 'Cancel').click();
    await page.getByRole('link').first().click();
    await says('X was told not to permit it.');
  });

  it('of an X user that X has locked says so, and another user may come', async () => {
    const { page } = opened.ana;
    await authorizeAs(page, 'locked_out');
    await says(/Sign in at x\.com as this user/);
  });

  it('of an X user without a role shows the accounts with the reason and a message for the administrator', async () => {
    const { page } = opened.ana;
    await authorizeAs(page, 'audience_partner');
    await page.getByText('X knows you as @audience_partner.').waitFor();
    await button(page, 'Copy message for your administrator').first().waitFor();
    expect(await button(page, 'Review').isDisabled()).toBe(true);
    await judge(page, 'no-role');
  });

  it('with a token from before the approval says how to get a new one, which works', async () => {
    const { page } = opened.ana;
    await authorizeAs(page, 'old_token');
    await says(/Settings → Security → Apps/);
    await authorizeAs(page, 'old_token');
    await page.getByText('X knows you as @old_token.').waitFor();
    await step('Choose');
    await button(page, 'Review').click();
    await button(page, 'Save').click();
    await heading(page, 'Connection Created Successfully').waitFor();
  });

  it('of another X user changes nothing at a reconnect until a person has chosen', async () => {
    const { page } = opened.ana;
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: 'Reconnect' }).waitFor();
    await leaveByMenu();
    await page.getByLabel('Sign in as').selectOption('campaign_analyst');
    await button(page, 'Authorize app').click();
    await says('The last sign-in at X came to nothing.');
    await judge(page, 'other-x-user');
    await page.getByText('@old_token').first().waitFor();
    await authorizeAs(page, 'old_token', 'Try again as @old_token');
    await page.getByText('The last sign-in at X came to nothing.').waitFor({ state: 'detached' });
    await heading(page, 'X Ads').waitFor();
  });

  it('did nothing against its content security policy', () => {
    expect(opened.ana.offences).toEqual([]);
  });
});

/** From the menu of the connection to the consent page of X, signed in as nobody. */
const leaveByMenu = async (): Promise<void> => {
  const { page } = opened.ana;
  await page.getByRole('menuitem', { name: 'Reconnect' }).click();
  await button(page, 'Sign out and use another user').click();
  await page.getByLabel('Sign in as').waitFor();
};
