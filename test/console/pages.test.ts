import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge, scriptBytes, violationsOf, visit } from './support/browser.js';
import { connectAll, openConsole, type OpenConsole } from './support/console.js';
import { inSteps } from './support/steps.js';
import { judgeOtherPages, judgeStates, searchFor } from './support/judged-pages.js';
import { button, heading, PASSWORD, press } from './support/pages.js';

/* The pages beside the journey, for a connection whose history is there, and the people of a workspace. */

let opened: OpenConsole;

beforeAll(async () => {
  opened = await openConsole(['--accounts', '2', '--ads', '5', '--days', '30', '--job-seconds', '1']);
  const connectionId = await connectAll(opened.installation, 'Acme Europe', 30);
  await opened.ana.page.goto(`/connections/${connectionId}`);
  await opened.ana.page.getByText('Up to date').first().waitFor();
});

afterAll(() => opened?.[Symbol.asyncDispose]());

inSteps(() => opened.ana.page);

describe('the pages of the console', () => {
  it('has pages and tabs beside it, each without a violation, also while they load and where they fail', async () => {
    const { page } = opened.ana;
    const connection = page.url();
    await judgeOtherPages(page);
    await judgeStates(page);
    await searchFor(page, 'Acme');
    expect(page.url()).toBe(connection);
  });

  it('invites by a link, and shows a viewer everything and lets them change nothing', async () => {
    const { page } = opened.ana;
    await page.goto('/settings/members');
    await judge(page, 'members');
    await button(page, 'Invite').click();
    await page.getByRole('radio', { name: /Viewer/ }).check();
    expect(await violationsOf(page)).toEqual([]);
    await button(page, 'Make link').click();
    const link = await page
      .getByRole('dialog')
      .getByText(/\/link\//)
      .innerText();
    const ben = await visit(opened.browser, opened.address);
    await ben.page.goto(link.trim());
    await ben.page.getByLabel('Your name').fill('Ben');
    await ben.page.getByLabel('E-mail').fill('ben@example.com');
    await ben.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(ben.page, 'Join').click();
    await ben.page.getByRole('table', { name: 'Connections' }).waitFor();
    const add = button(ben.page, 'Add Connection');
    expect(await add.getAttribute('aria-disabled')).toBe('true');
    await judge(ben.page, 'connections-viewer');
    await ben.page.goto('/settings/audit');
    await heading(ben.page, 'You cannot see this page').waitFor();
    await judge(ben.page, 'no-permission');
    expect(ben.offences).toEqual([]);
    await ben[Symbol.asyncDispose]();
  });

  it('has the other pages of the settings, each without a violation', async () => {
    const { page } = opened.ana;
    for (const each of ['teams', 'api-keys', 'audit', 'you']) {
      await page.goto(`/settings/${each}`);
      await judge(page, `settings-${each}`);
    }
    await page.goto('/settings/api-keys');
    await button(page, 'Add key').click();
    await page.getByLabel('What is it for?').fill('Reports');
    await button(page, 'Make key').click();
    await page
      .getByRole('dialog')
      .getByText(/^xads_/)
      .waitFor();
    await page.keyboard.press('Escape');
    await button(page, 'Revoke Reports').click();
    await heading(page, 'No key yet').waitFor();
    await page.goto('/connections/00000000-0000-4000-8000-000000000000');
    await heading(page, 'There is nothing here').waitFor();
    await judge(page, 'not-found');
  });

  it('leads back to where one was when the session has ended', async () => {
    const { page, context } = opened.ana;
    await page.goto('/settings/you');
    await heading(page, 'Your account').waitFor();
    await context.clearCookies();
    await page.reload();
    await page.getByText('Your session has ended').waitFor();
    await judge(page, 'sign-in');
    await press(page, page.getByLabel('E-mail'), 'a');
    await page.keyboard.type('na@example.com');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press(page, button(page, 'Sign in'));
    await heading(page, 'Your account').waitFor();
    await page.goto('/connections');
    await page.getByRole('table', { name: 'Connections' }).waitFor();
    await judge(page, 'connections');
    await page.reload();
    await page.getByRole('table', { name: 'Connections' }).waitFor();
    expect(await scriptBytes(page)).toBeLessThan(250_000);
  });

  it('did nothing against its content security policy', () => {
    expect(opened.ana.offences).toEqual([]);
  });
});
