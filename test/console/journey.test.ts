import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { trueRows } from '../../local/once/simulated.js';
import { until } from '../support/until.js';
import { judge, visit } from './support/browser.js';
import { openConsole, type OpenConsole } from './support/console.js';
import { firstNumbersSeen, shownNumbers } from './support/first-numbers.js';
import { button, enterAgain, heading, PASSWORD, press } from './support/pages.js';
import { inSteps } from './support/steps.js';

/* One installation, as `npm start` makes it, and what people do in it with a real browser, one after the other. */

let opened: OpenConsole;

beforeAll(async () => {
  // Enough days for a grid, and jobs of two seconds: numbers are there at once, and the year arrives while one looks.
  const simulated = ['--accounts', '2', '--ads', '5', '--days', '60', '--job-seconds', '2'];
  opened = await openConsole(simulated, { isSignedIn: false });
});

afterAll(() => opened?.[Symbol.asyncDispose]());

inSteps(() => opened.ana.page);

const authorize = async (page: Page): Promise<void> => {
  await button(page, /with X Ads$/).click();
  await button(page, 'Authorize app').click();
};

describe('the console', () => {
  it('lets the first person in by the printed link, which opening does not use', async () => {
    const { page } = opened.ana;
    const { url } = await opened.installation.importer.signInLink();
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
    const other = await visit(opened.browser, opened.address);
    await other.page.goto(url);
    await heading(other.page, 'This link does not work any more').waitFor();
    await other[Symbol.asyncDispose]();
  });

  it('comes back to its step with the cure where X was told not to permit it', async () => {
    const { page } = opened.ana;
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
    const { page } = opened.ana;
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
    const elsewhere = await visit(opened.browser, opened.address);
    await enterAgain(elsewhere, opened.address);
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
    const { page } = opened.ana;
    const savedAt = Date.now();
    const seen = firstNumbersSeen(page);
    await button(page, 'Save').click();
    await heading(page, 'Connection Created Successfully').waitFor();
    process.stdout.write(`First numbers on the page ${((await seen) - savedAt) / 1000} s after Save, of 5 s.\n`);
    const shown = await until('the page to show what the API answers', () => shownNumbers(page));
    for (const { accountId, day, impressions, clicks, spend } of shown) {
      const truth = { impressions: 0, clicks: 0, spend: 0 };
      for await (const { metrics } of trueRows(opened.installation.simulatorUrl, accountId, {
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
    const { page } = opened.ana;
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await page.getByRole('progressbar').first().waitFor();
    await judge(page, 'connection');
    const open = page.getByRole('gridcell', { name: /On its way|Planned|Missing|Failed/ });
    await page.getByRole('gridcell').first().waitFor();
    await until('every day to be green', async () => (await open.count()) === 0);
    await page.getByText('Up to date').first().waitFor();
    await judge(page, 'connection-complete');
  });

  it('lets the days be walked by keyboard, down to what was asked of X', async () => {
    const { page } = opened.ana;
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
    const { page } = opened.ana;
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
    const { page, context } = opened.ana;
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
    const { page } = opened.ana;
    await button(page, 'More actions').click();
    await page.getByRole('menuitem', { name: /Disconnect/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/stored rows stay/).waitFor();
    await dialog.getByRole('radio', { name: /delete data/ }).click();
    await dialog.getByText(/stored rows are deleted/).waitFor();
    expect(await dialog.getByRole('button', { name: 'Disconnect and delete data' }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: 'Keep it connected' }).click();
  });

  it('did nothing against its content security policy on any page', () => {
    expect(opened.ana.offences).toEqual([]);
  });
});
