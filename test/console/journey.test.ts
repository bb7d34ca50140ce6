import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { trueRows } from '../../local/once/simulated.js';
import { type Processes, startProcesses } from '../support/installation.js';
import { until } from '../support/until.js';
import { judge, launchBrowser, visit, type Visitor } from './support/browser.js';

/* One installation, as `npm start` makes it, and what people do in it with a real browser, one after the other. */

const PASSWORD = 'a long enough password';
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

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    const { page } = ana;
    process.stdout.write(`${page.url()} shows:\n${await page.locator('body').innerText()}\n`);
  });
});

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });

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
    await button(page, 'Save').click();
    await heading(page, 'Connection Created Successfully').waitFor();
    const numbers = page.getByRole('table', { name: 'First numbers' });
    await numbers.waitFor();
    await judge(page, 'created');
    await page.getByText('User Connected By').waitFor();
    const row = numbers.getByRole('row').nth(1);
    const impressions = await row.getByRole('cell').nth(3).innerText();
    const { accounts } = await firstNumbers(page);
    const [first] = accounts;
    if (first?.day === undefined) throw new Error('a day has arrived');
    let truth = 0;
    const day = { level: 'CAMPAIGN', from: first.day, to: first.day };
    for await (const { metrics } of trueRows(installation.simulatorUrl, first.accountId, day))
      truth += metrics['impressions'] ?? 0;
    expect(Number(first.impressions)).toBe(truth);
    expect(impressions).not.toBe('');
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

  it('did nothing against its content security policy on any page', () => {
    expect(ana.offences).toEqual([]);
  });
});

interface FirstNumbersAnswer {
  readonly accounts: readonly { readonly accountId: string; readonly day?: string; readonly impressions: string }[];
}

/** What the page has asked: the same question, with the page's own cookie. */
const firstNumbers = async (page: Page): Promise<FirstNumbersAnswer> => {
  const [, id] = /connections\/([^/]+)/.exec(page.url()) ?? [];
  const response = await page.request.get(`/api/v1/connections/${id}/first-numbers`);
  return (await response.json()) as FirstNumbersAnswer;
};
