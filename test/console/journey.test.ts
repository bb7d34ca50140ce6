import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { trueRows } from '../../local/once/simulated.js';
import { type Processes, startProcesses } from '../support/installation.js';
import { until } from '../support/until.js';
import { judge, launchBrowser, scriptBytes, violationsOf, visit, type Visitor } from './support/browser.js';
import { inSteps } from './support/steps.js';
import { shownNumbers } from './support/first-numbers.js';
import { judgeOtherPages, judgeStates, searchFor } from './support/judged-pages.js';
import { button, enterAgain, heading, PASSWORD, press } from './support/pages.js';

/* One installation, as `npm start` makes it, and what people do in it with a real browser, one after the other. */

let installation: Processes;
let browser: Browser;
let ana: Visitor;
let address: string;

beforeAll(async () => {
  // Enough days for a grid, and jobs of two seconds: numbers are there at once, and the year arrives while one looks.
  const simulated = ['--accounts', '2', '--ads', '5', '--days', '60', '--job-seconds', '2'];
  installation = await startProcesses(simulated, { server: true });
  const { consoleUrl } = installation.stack;
  if (consoleUrl === undefined) throw new Error('the console is not served');
  address = consoleUrl;
  browser = await launchBrowser();
  ana = await visit(browser, address);
});

afterAll(async () => {
  await browser?.close();
  await installation?.[Symbol.asyncDispose]();
});

inSteps(() => ana.page);

const authorize = async (page: Page): Promise<void> => {
  await button(page, /with X Ads$/).click();
  await button(page, 'Authorize app').click();
};

describe('the console', () => {
  it('lets the first person in by the printed link, which opening does not use', async () => {
    const { page } = ana;
    const { url } = await installation.importer.signInLink();
    await page.goto(url);
    await judge(page, 'link');
    await page.reload();
    await button(page, 'Create account').click();
    expect(await page.getByText('Fill this in.').count()).toBeGreaterThan(0);
    await page.getByLabel('Your name').fill('Ana García');
    await page.getByLabel('E-mail').fill('ana@example.com');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await button(page, 'Create account').click();
    await heading(page, 'Connect X Ads').waitFor();
    await judge(page, 'connections-empty');
    await page.goto('/data-health');
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await judge(page, 'data-health-empty');
    await page.goto('/connections');
    const other = await visit(browser, address);
    await other.page.goto(url);
    await heading(other.page, 'This link does not work any more').waitFor();
    await other[Symbol.asyncDispose]();
  });

  it('comes back to its step with the cure where X was told not to permit it', async () => {
    const { page } = ana;
    await button(page, 'Add Connection').click();
    await button(page, /X Ads/).waitFor();
    await judge(page, 'select-source');
    await page
      .getByRole('main')
      .getByRole('button', { name: /^X Ads/ })
      .click();
    await button(page, 'Continue with X Ads').waitFor();
    await judge(page, 'set-up-credentials');
    await button(page, 'Continue with X Ads').click();
    await button(page, 'Cancel').click();
    await page.getByRole('link').first().click();
    await page.getByRole('alert').getByText('X was told not to permit it.').waitFor();
    await judge(page, 'denied');
  });

  it('keeps the half-made connection and the choice through back, reload and a closed tab', async () => {
    const { page } = ana;
    await page.goto('/connections');
    await page.getByRole('table', { name: 'Connections' }).getByText('Not finished').waitFor();
    await page.getByRole('table', { name: 'Connections' }).getByRole('link').first().click();
    await authorize(page);
    await page.getByLabel('Name of the connection').waitFor();
    const { url: returned } = await until('the answer of X', async () => ({ url: page.url() }));
    expect(returned).toMatch(/\/connections\/[0-9a-f-]+\/set-up$/);
    await judge(page, 'choose');
    await page.getByLabel('Name of the connection').fill('Acme <b>Europe</b> 🚀');
    await page.getByRole('radio', { name: '30 days', exact: true }).check();
    await page.reload();
    expect(await page.getByRole('radio', { name: '30 days', exact: true }).isChecked()).toBe(true);
    const elsewhere = await visit(browser, address);
    await enterAgain(elsewhere, address);
    await elsewhere.page.goto(returned);
    await elsewhere.page.getByRole('radio', { name: '30 days', exact: true, checked: true }).waitFor();
    await elsewhere[Symbol.asyncDispose]();
    await page.getByLabel('Name of the connection').fill('Acme <b>Europe</b> 🚀');
    await page.getByRole('radio', { name: 'One year' }).check();
    await button(page, 'Review').click();
    await page.getByText('Acme <b>Europe</b> 🚀').waitFor();
    await judge(page, 'review');
    await page.goBack();
    await page.getByLabel('Name of the connection').waitFor();
    await page.goForward();
    await page.reload();
    await button(page, 'Save').waitFor();
  });

  it('shows the first numbers while one looks, equal to the truth', async () => {
    const { page } = ana;
    const savedAt = Date.now();
    await button(page, 'Save').click();
    await heading(page, 'Connection Created Successfully').waitFor();
    const numbers = page.getByRole('table', { name: 'First numbers' });
    await numbers.waitFor();
    process.stdout.write(`First numbers on the page ${(Date.now() - savedAt) / 1000} s after Save, of 5 s.\n`);
    const shown = await until('the page to show what the API answers', () => shownNumbers(page));
    for (const { accountId, day, impressions, clicks, spend } of shown) {
      const truth = { impressions: 0, clicks: 0, spend: 0 };
      for await (const { metrics } of trueRows(installation.simulatorUrl, accountId, {
        level: 'CAMPAIGN',
        from: day,
        to: day,
      })) {
        truth.impressions += metrics['impressions'] ?? 0;
        truth.clicks += metrics['clicks'] ?? 0;
        truth.spend += metrics['billed_charge_local_micro'] ?? 0;
      }
      expect({ impressions, clicks, spend }).toEqual(truth);
    }
    await judge(page, 'created');
    await page.getByText('User Connected By').waitFor();
  });

  it('shows progress by account, and every day green in the end', async () => {
    const { page } = ana;
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await page.getByRole('progressbar').first().waitFor();
    await judge(page, 'connection');
    const open = page.getByRole('gridcell', { name: /On its way|Planned|Missing|Failed/ });
    await page.getByRole('gridcell').first().waitFor();
    await until('every day to be green', async () => (await open.count()) === 0);
    await page.getByText('Up to date').first().waitFor();
    await judge(page, 'connection-complete');
  });

  it('has pages and tabs beside it, each without a violation, also while they load and where they fail', async () => {
    const { page } = ana;
    const connection = page.url();
    await judgeOtherPages(page);
    await judgeStates(page);
    await searchFor(page, 'Acme');
    expect(page.url()).toBe(connection);
  });

  it('lets the days be walked by keyboard, down to what was asked of X', async () => {
    const { page } = ana;
    const last = page.locator('[role=gridcell][tabindex="0"]').first();
    await last.focus();
    await page.keyboard.press('ArrowUp');
    const focused = await page.evaluate('document.activeElement.dataset.day');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**day=${String(focused)}**`);
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('pauses and resumes, and says of what cannot be done now why', async () => {
    const { page } = ana;
    await press(page, button(page, 'Pause'));
    const dialog = page.getByRole('dialog');
    await press(page, dialog.getByRole('textbox'), 'B');
    await page.keyboard.type('udget review');
    await press(page, dialog.getByRole('button', { name: 'Pause' }));
    await button(page, 'Resume').waitFor();
    await page.getByText('Budget review').first().waitFor();
    const sync = button(page, 'Sync now');
    expect(await sync.getAttribute('aria-disabled')).toBe('true');
    expect(await sync.getAttribute('aria-describedby')).not.toBeNull();
    await judge(page, 'paused');
    await press(page, button(page, 'Resume'));
    await button(page, 'Pause').waitFor();
  });

  it('refuses the second of two tabs that edit the same, and shows what the first did', async () => {
    const { page, context } = ana;
    const second = await context.newPage();
    await page.getByRole('tab', { name: 'Settings' }).click();
    await second.goto(page.url());
    await second.getByLabel('Name', { exact: true }).fill('Named in the second tab');
    await page.getByLabel('Name', { exact: true }).fill('Named in the first tab');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await heading(page, 'Named in the first tab').waitFor();
    await judge(page, 'connection-settings');
    await second.getByRole('button', { name: 'Save', exact: true }).click();
    await second.getByRole('alert').getByText('Named in the first tab').waitFor();
    await second.close();
  });

  it('counts what a disconnect does, and wants the name typed before data are deleted', async () => {
    const { page } = ana;
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: /Disconnect/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/stored rows stay/).waitFor();
    await dialog.getByRole('radio', { name: /delete data/ }).click();
    await dialog.getByText(/stored rows are deleted/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Disconnect and delete data' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Keep it connected' }).click();
  });

  it('invites by a link, and shows a viewer everything and lets them change nothing', async () => {
    const { page } = ana;
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
    const ben = await visit(browser, address);
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
    const { page } = ana;
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
    const { page, context } = ana;
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

  it('did nothing against its content security policy on any page', () => {
    expect(ana.offences).toEqual([]);
  });
});
