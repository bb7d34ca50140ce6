import type { Page } from 'playwright-core';
import { until } from '../../support/until.js';
import { button } from './pages.js';
import type { Numbers } from './performance-truth.js';

export interface Row extends Numbers {
  readonly name: string;
  readonly kind: string | undefined;
}

/** The cells of the table as they stand there: exact values, and the names of the rows. Totals come first. */
const READ = `[...document.querySelectorAll('[role=region] tbody tr')].map((row) => ({
  name: row.cells[0].innerText.trim(),
  kind: row.dataset.kind,
  values: [...row.querySelectorAll('data')].map(({ value }) => value),
}))`;

export interface ReadRow {
  readonly name: string;
  readonly kind?: string;
  readonly values: readonly string[];
}

export const rowOf = ({ name, kind, values: [spend, impressions] }: ReadRow): Row => ({
  name,
  kind,
  spend: Math.round(Number(spend) * 1e6),
  impressions: Number(impressions),
});

/** All pages of the table of a view of spend and impressions: its totals, and its rows. */
export const table = async (
  page: Page,
  query: string,
): Promise<{ readonly totals: readonly Row[]; readonly rows: readonly ReadRow[] }> => {
  await page.goto(`/performance?${query}&metrics=spend,impressions&compare=none`);
  const region = page.getByRole('region', { name: /^By / });
  await region.waitFor();
  const next = button(page, 'Next page');
  const rows: ReadRow[] = [];
  for (;;) {
    await until('the page of the table', async () => (await region.getAttribute('aria-busy')) === 'false');
    rows.push(...(await page.evaluate<ReadRow[]>(READ)));
    if ((await next.count()) === 0 || (await next.isDisabled())) break;
    const shown = page.getByRole('navigation', { name: 'Pages of the table' }).getByRole('status');
    const before = await shown.innerText();
    await next.click();
    await until('the next page', async () => (await shown.innerText()) !== before);
  }
  const totals = new Map(rows.filter(({ name }) => name.startsWith('Total')).map((row) => [row.name, rowOf(row)]));
  return { totals: [...totals.values()], rows: rows.filter(({ name }) => !name.startsWith('Total')) };
};

/** The cells of the table that are marked as restated: `row was is`, exact where it is now and as written where it was. */
export const markedCells = (page: Page): Promise<readonly string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('[role=region] tbody td[data-restated]')].map((cell) =>
    cell.closest('tr').cells[0].innerText.trim() + ' ' + cell.querySelector('data').value)`);
