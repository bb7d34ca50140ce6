import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { addDays, type Day } from '../../../domain/calendar.js';
import { until } from '../../support/until.js';
import { judge, screenshot, violationsOf } from './browser.js';
import { button, heading } from './pages.js';
import type { PagesSite } from './pages-site.js';
import { markedCells, rowOf, table } from './performance-page.js';
import { asSet, grouped, knownOf, truthOf } from './performance-truth.js';

/** The moment of X's clock. */
const clockOf = async ({ control }: PagesSite): Promise<string> =>
  new Date(((await control('GET', 'clock')) as { readonly now: string }).now).toISOString();

/** A day that X restates between two looks: what the page tells of it, and what it showed before. */
export const restatedDay = (world: () => { readonly site: PagesSite; readonly page: Page }): void => {
  describe('a day that X restates between two looks', () => {
    const day = addDays(new Date().toISOString().slice(0, 10) as Day, -12);
    const range = { from: addDays(day, -2), to: addDays(day, 2) };
    const query = `from=${range.from}&to=${range.to}`;
    const views = [`${query}&groupBy=day`, `${query}&groupBy=campaign`, `${query}&groupBy=ad`];
    const shown: string[] = [];
    let then: string;

    it('is told with the old value and the new, exactly where it is another now, until one has seen it', async () => {
      const { site, page } = world();
      for (const view of views) shown.push(JSON.stringify(await table(page, view)));
      then = await clockOf(site);
      await site.control('PUT', 'clock', { advance_seconds: 3600 });
      const before = await truthOf(site.simulatorUrl, 'CAMPAIGN', { ...range, asOf: then });
      const [account = ''] = before.map((row) => row.account);
      await site.control('POST', `restatements/${account}`, { day, factor: 1.5 });
      await site.read({ from: day, to: day }, [account]);
      const now = await truthOf(site.simulatorUrl, 'CAMPAIGN', range);
      const known = await knownOf(site.db);
      const of = (rows: typeof now, id: string) => [
        ...grouped(
          rows.filter((row) => row.day === day && row.account === account && row.id === id),
          () => '',
        ).values(),
      ];
      const moved = [...new Set(now.map(({ id }) => id))].flatMap((id) => {
        const [was] = of(before, id);
        const [is] = of(now, id);
        return (['spend', 'impressions'] as const).flatMap((metric) =>
          was?.[metric] === is?.[metric]
            ? []
            : [`${known({ id }).name} ${metric === 'spend' ? (is?.spend ?? 0) / 1e6 : is?.impressions}`],
        );
      });
      expect(moved.length).toBeGreaterThan(0);

      await table(page, `${query}&groupBy=campaign`);
      const panel = page.getByRole('region', { name: 'Changed since you last looked' });
      await panel.waitFor();
      const told = await page.evaluate<string[]>(
        `[...document.querySelectorAll('table[aria-label="Changed since you last looked"] tbody tr')].map((row) =>
          row.cells[1].querySelector('.name').textContent + ' ' + Number(row.querySelector('data').value))`,
      );
      expect(told.toSorted()).toEqual(moved.toSorted());
      expect(await panel.getByRole('row').nth(1).locator('del').innerText()).toMatch(/\d/);
      await judge(page, 'performance-changed');
      await page.getByRole('region', { name: /^By / }).scrollIntoViewIfNeeded();
      await screenshot(page, 'performance-changed');
      // Of the days, the one that was restated; spend and impressions in each currency of the account.
      await table(page, `${query}&groupBy=day`);
      await panel.waitFor();
      const cells = await markedCells(page);
      const days = cells.filter((cell) => !cell.startsWith('Total'));
      expect(days.length).toBeGreaterThan(0);
      expect([...new Set(days.map((cell) => cell.slice(0, 12)))]).toHaveLength(1);
      const numbers = (await table(page, `${query}&groupBy=day`)).rows;
      expect(numbers).not.toEqual((JSON.parse(shown[0] ?? '') as { rows: unknown }).rows);
      await button(page, 'Seen').click();
      await panel.waitFor({ state: 'detached' });
      await until('no cell to be marked', async () => (await markedCells(page)).length === 0);
    });

    it('stands as it stood, as of a moment before', async () => {
      const { site, page } = world();
      for (const [i, view] of views.entries())
        expect(JSON.stringify(await table(page, `${view}&asOf=${then}`))).toBe(shown[i]);
      await page.getByText(/^As it stood/).waitFor();
      const before = await truthOf(site.simulatorUrl, 'CAMPAIGN', { ...range, asOf: then });
      const { rows } = await table(page, `${views[1]}&asOf=${then}`);
      expect(asSet(rows.map(rowOf))).toEqual(asSet(grouped(before, ({ id }) => id).values()));
      await button(page, 'Show the numbers of now').click();
      await page.getByText(/^As it stood/).waitFor({ state: 'detached' });
    });

    it('leads to its receipts: the jobs of X that its numbers come from, and the hash of what was answered', async () => {
      const { site, page } = world();
      await table(page, `from=${day}&to=${day}&groupBy=day`);
      await page.getByRole('region', { name: 'By Day' }).getByRole('button', { name: /\d/ }).first().click();
      await page.getByRole('menuitem').first().click();
      const drawer = page.getByRole('dialog');
      await heading(page, 'Ad Performance').waitFor();
      await drawer
        .getByText(/^CAMPAIGN · ALL_ON_TWITTER/)
        .first()
        .waitFor();
      const hashes = await drawer.locator('code').allInnerTexts();
      const { rows } = await site.db.query<{ found: number }>(
        'select count(*)::int as found from importer.receipts where response_sha256 = any($1) or x_job_id = any($1)',
        [hashes],
      );
      expect(hashes.length).toBeGreaterThan(3);
      expect(rows[0]?.found).toBeGreaterThanOrEqual(hashes.length / 2);
      expect(await violationsOf(page, '[role=dialog]')).toEqual([]);
      await screenshot(page, 'performance-receipts');
      await button(page, 'Close').click();
    });
  });
};
