import type { BrowserContext, Page } from 'playwright-core';
import { median } from '../report.js';

const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY'];
const DAYS = 365;

const values = (i: number, line: number) => ({
  spend: String(1000 * (line + 1) + ((i * 37) % 400)),
  impressions: String(50_000 + ((i * 91) % 9_000)),
  clicks: String(400 + (i % 90)),
  ctr: '0.01',
  cpc: '2.1',
});

/** As the API answers for a year of days in four currencies, in the shape of what it has just answered. */
const yearOf = (answer: Record<string, unknown>): Record<string, unknown> => {
  const days = Array.from({ length: DAYS }, (_, i) => new Date(Date.UTC(2025, 0, 1 + i)).toISOString().slice(0, 10));
  return {
    ...answer,
    range: { from: days[0], to: days.at(-1) },
    days: days.map((day, i) => ({ day, finality: i > 335 ? 'settling' : 'final', complete: true })),
    totals: CURRENCIES.map((currency, line) => ({ currency, values: values(0, line) })),
    rows: days.flatMap((day, i) =>
      CURRENCIES.map((currency, line) => ({
        key: { day },
        names: {},
        kind: 'entity',
        currency,
        values: values(i, line),
      })),
    ),
    rowCount: DAYS * CURRENCIES.length,
  };
};

/** Milliseconds from a click until the paint that shows the four lines, with which `changed` has them other than before. */
const clicked = (page: Page, button: string, changed: string): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    const path = () => document.querySelector('[role="slider"] [data-series="3"] path')?.getAttribute('d');
    const before = path();
    const started = performance.now();
    ${button}.click();
    const look = () => ${changed}
      ? requestAnimationFrame(() => resolve(performance.now() - started)) : requestAnimationFrame(look);
    look();
  })`);

export interface Drawn {
  /** Milliseconds in which a year of four lines is drawn when another number is chosen, median. */
  readonly drawMs: number;
  /** The same when the table of the year gives way to the chart. */
  readonly insteadOfTableMs: number;
}

/** Draws a year of four lines, `repeat` times of each kind. */
export const drawChart = async (
  context: BrowserContext,
  throttle: (page: Page) => Promise<void>,
  repeat: number,
): Promise<Drawn> => {
  const page = await context.newPage();
  await page.route('**/api/v1/performance?*groupBy=day*', async (route) => {
    const answer = (await (await route.fetch()).json()) as Record<string, unknown>;
    await route.fulfill({ json: yearOf(answer) });
  });
  await page.goto('/performance');
  await page.getByRole('slider').waitFor({ timeout: 120_000 });
  await throttle(page);
  const drawn: number[] = [];
  const instead: number[] = [];
  for (let i = 0; i < repeat; i += 1) {
    const tile = `document.querySelectorAll('[aria-pressed]')[${(i + 1) % 2}]`;
    drawn.push(await clicked(page, tile, 'path() !== before'));
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('button', { name: 'Show as chart' }).waitFor({ timeout: 120_000 });
    const show = `[...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Show as chart')`;
    instead.push(await clicked(page, show, 'path() !== undefined'));
  }
  await page.close();
  return { drawMs: median(drawn), insteadOfTableMs: median(instead) };
};
