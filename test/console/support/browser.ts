import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium as playwright, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { until, WAIT_MS } from '../../support/until.js';

/** A real Chromium, without what its package switches off for a cloud function: one process, and no security of the web. */
export const launchBrowser = async (): Promise<Browser> =>
  await playwright.launch({ executablePath: await chromium.executablePath(), args: ['--no-sandbox', '--disable-gpu'] });

export interface Visitor extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What the pages did against their content security policy, and errors that no code caught. */
  readonly offences: readonly string[];
}

const LAPTOP = { width: 1280, height: 800 };
/** The narrowest telephone. */
const TELEPHONE = { width: 360, height: 740 };

/** One person's browser: cookies, storage and address of its own. */
export const visit = async (
  browser: Browser,
  baseURL: string,
  { timezoneId }: { readonly timezoneId?: string } = {},
): Promise<Visitor> => {
  const context = await browser.newContext({
    baseURL,
    viewport: LAPTOP,
    locale: 'en-US',
    reducedMotion: 'reduce',
    ...(timezoneId === undefined ? {} : { timezoneId }),
  });
  context.setDefaultTimeout(WAIT_MS);
  const offences: string[] = [];
  await context.exposeFunction('tellOffence', (offence: string) => void offences.push(offence));
  await context.addInitScript(`
    addEventListener('securitypolicyviolation', (event) =>
      tellOffence(location.pathname + ': ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample));
  `);
  context.on('weberror', (error) => void offences.push(error.error().message));
  const page = await context.newPage();
  return { context, page, offences, [Symbol.asyncDispose]: () => context.close() };
};

/** `UPDATE_SCREENSHOTS=1` takes those of the documentation anew. */
const screenshots = process.env['UPDATE_SCREENSHOTS'] === '1' ? join('docs', 'screenshots') : undefined;

export const screenshot = async (page: Page, name: string): Promise<void> => {
  if (screenshots === undefined) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
};

/** @param within a selector: what lies under a dialog cannot be judged. (Default: the page) */
export const violationsOf = async (page: Page, within?: string): Promise<readonly string[]> => {
  // No page has frames of another origin, so the results need not be put together on a page of their own.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations, incomplete } = await (within === undefined ? axe : axe.include(within)).analyze();
  const texts = incomplete.filter(({ id }) => id === 'color-contrast');
  return [...violations, ...texts].flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
};

/**
 * Judges what the page shows now: no violation of accessibility in light and dark, nothing beyond the edge of a telephone,
 * and the heading there to be seen.
 */
export const judge = async (page: Page, name: string): Promise<void> => {
  const heading = page.getByRole('heading', { level: 1 });
  await heading.waitFor();
  await screenshot(page, name);
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    // Colours in between belong to neither; what stands for rows that load has no end, and no text.
    const isSettled = `document.documentElement.dataset.mantineColorScheme === '${colorScheme}' &&
      document.getAnimations().every(({ playState, effect }) =>
        playState !== 'running' || effect.getComputedTiming().iterations === Infinity)`;
    await until(`the page to be ${colorScheme}`, () => page.evaluate<boolean>(isSettled));
    for (const each of await violationsOf(page)) found.push(`${colorScheme}: ${each}`);
    if (colorScheme === 'dark') await screenshot(page, `${name}-dark`);
  }
  await page.setViewportSize(TELEPHONE);
  // At once: a page that asks anew may put another heading in its place.
  await page.evaluate(`document.querySelector('h1')?.scrollIntoView()`);
  if (await page.evaluate('document.documentElement.scrollWidth > innerWidth'))
    found.push('scrolls sideways at 360 px');
  const box = await until('the heading to have a place', async () => (await heading.boundingBox()) ?? undefined);
  if (box.x < 0 || box.x + box.width > TELEPHONE.width || box.y > TELEPHONE.height)
    found.push('the heading cannot be seen at 360 px');
  await screenshot(page, `${name}-telephone`);
  await page.setViewportSize(LAPTOP);
  expect.soft(found, name).toEqual([]);
};

/** What the page has loaded of scripts since it was loaded itself, in bytes as gzip sends them. */
export const scriptBytes = async (page: Page): Promise<number> => {
  const loaded = await page.evaluate<string[]>(
    `performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((path) => path.endsWith('.js'))`,
  );
  const sizes = [...new Set(loaded)].map((path) => statSync(join('dist', 'console', `${path}.gz`)).size);
  expect(sizes.length).toBeGreaterThan(1);
  return sizes.reduce((sum, size) => sum + size, 0);
};
