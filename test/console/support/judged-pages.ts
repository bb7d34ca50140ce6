import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { judge, violationsOf } from './browser.js';
import { button, heading, press } from './pages.js';

const HEALTH = '**/api/v1/data-health';

/** The pages and tabs beside those that one passes on the way, with what they show of a connection that is imported. */
export const judgeOtherPages = async (page: Page): Promise<void> => {
  for (const name of ['Timeline', 'Corrections by X', 'Reconciliation']) {
    await press(page, page.getByRole('tab', { selected: true }), 'ArrowRight');
    await page.getByRole('tab', { name, selected: true }).waitFor();
    await page.getByRole('tabpanel').locator('section, p').first().waitFor();
    await judge(page, name.toLowerCase().replaceAll(' ', '-'));
  }
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await page.getByText(/^connection\/[0-9a-f-]+$/).waitFor();
  await page.goto('/data-health');
  await page.getByRole('table').first().waitFor();
  await judge(page, 'data-health');
  await page.goto('/api-reference');
  await judge(page, 'api-reference');
};

/** A page that waits for its answer, and one that gets an error: the details to copy hold what helps and no secret. */
export const judgeStates = async (page: Page): Promise<void> => {
  await page.route(HEALTH, () => undefined);
  await page.goto('/data-health');
  await judge(page, 'loading');
  await page.unroute(HEALTH);
  const error = { code: 'internal', message: 'Something went wrong here.', id: 'id-in-the-log' };
  await page.route(HEALTH, (route) => route.fulfill({ status: 500, json: { error } }));
  await page.goto('/data-health');
  await heading(page, 'This could not be loaded').waitFor();
  await judge(page, 'error');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, button(page, 'Copy details'));
  await page.getByText('Copied').waitFor();
  const details = await page.evaluate<string>('navigator.clipboard.readText()');
  expect(details).toMatch(/^Something went wrong here\.\ncode: internal\nstatus: 500\nid: id-in-the-log\ntime: \S+$/);
  await page.unroute(HEALTH);
  await press(page, button(page, 'Try again'));
  await heading(page, 'This could not be loaded').waitFor({ state: 'detached' });
};

/** Finds a connection by a part of its name, and goes there, with the keyboard alone. */
export const searchFor = async (page: Page, name: string): Promise<void> => {
  await page.goto('/settings/you');
  await heading(page, 'Your account').waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Name or id' }).waitFor();
  await page.keyboard.type(name);
  await page.getByRole('option').filter({ hasText: 'Connection ·' }).first().waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/connections/*');
};
