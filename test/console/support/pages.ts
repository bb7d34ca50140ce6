import type { Locator, Page } from 'playwright-core';
import type { Processes } from '../../support/installation.js';
import type { Visitor } from './browser.js';

export const PASSWORD = 'a long enough password';

export const button = (page: Page, name: string | RegExp): Locator => page.getByRole('button', { name });
export const heading = (page: Page, name: string | RegExp): Locator => page.getByRole('heading', { name });

const CONTINUE = /with X Ads$/;

/** Signs the first person in without the pages, which another test walks. */
export const enter = async (
  { importer }: { readonly importer: Pick<Processes['importer'], 'signInLink'> },
  { context }: Visitor,
  address: string,
): Promise<void> => {
  const { url } = await importer.signInLink();
  const answer = await context.request.post(`${address}/api/v1/links/${url.split('/').at(-1)}`, {
    headers: { origin: address },
    data: { name: 'Ana García', email: 'ana@example.com', password: PASSWORD },
  });
  if (!answer.ok()) throw new Error(await answer.text());
};

/** The same person in another browser. */
export const enterAgain = async ({ context }: Visitor, address: string): Promise<void> => {
  const answer = await context.request.post(`${address}/api/v1/sign-in`, {
    headers: { origin: address },
    data: { email: 'ana@example.com', password: PASSWORD },
  });
  if (!answer.ok()) throw new Error(await answer.text());
};

/** Leaves for X, and stands at its consent page. */
export const leave = async (page: Page, by: string | RegExp = CONTINUE): Promise<void> => {
  await button(page, by).first().click();
  await button(page, 'Authorize app').waitFor();
  const other = button(page, 'Sign out and use another user');
  if ((await other.count()) > 0) {
    await other.click();
    await page.getByLabel('Sign in as').waitFor();
  }
};

/** Leaves for X, signs in there as this user, and permits it. */
export const authorizeAs = async (page: Page, user: string, by: string | RegExp = CONTINUE): Promise<void> => {
  await leave(page, by);
  await page.getByLabel('Sign in as').selectOption(user);
  await button(page, 'Authorize app').click();
};

/** At X's consent page: permits it, and takes the address that X leads back to instead of following it. */
export const wayBack = async (page: Page, user: string): Promise<string> => {
  const value = (name: string): Promise<string> => page.locator(`input[name=${name}]`).first().inputValue();
  const answer = await page.request.post(new URL('/oauth/authorize', page.url()).href, {
    maxRedirects: 0,
    form: {
      oauth_token: await value('oauth_token'),
      authenticity_token: await value('authenticity_token'),
      screen_name: user,
      decision: 'allow',
    },
  });
  const { location } = answer.headers();
  if (location === undefined) throw new Error(`X leads nowhere: ${await answer.text()}`);
  return location;
};

/** Goes by the keyboard alone to what a person means, which must show that it has the focus, and presses a key there. */
export const press = async (page: Page, goal: Locator, key = 'Enter'): Promise<void> => {
  await goal.waitFor();
  const focused = goal.and(page.locator(':focus'));
  const passed: unknown[] = [];
  while ((await focused.count()) === 0) {
    // A page that is asked for anew may show it anew, and the way begins again.
    if (!(await goal.isVisible())) passed.length = 0;
    await goal.waitFor();
    if (passed.length > 100)
      throw new Error(`the keyboard does not lead there, but over ${passed.slice(0, 30).join(', ')}`);
    await page.keyboard.press('Tab');
    passed.push(
      await page.evaluate(`(document.activeElement?.textContent || document.activeElement?.tagName)?.slice(0, 20)`),
    );
  }
  await page.keyboard.press(key);
};
