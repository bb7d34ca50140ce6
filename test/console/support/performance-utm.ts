import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { judge } from './browser.js';
import { button, heading } from './pages.js';
import type { PagesSite } from './pages-site.js';
import { table } from './performance-page.js';
import { sum } from './performance-truth.js';

const micros = (value: string | undefined): number => Math.round(Number(value) * 1e6);

/** The page of UTM parameters, and the panel of the weekly digest. */
export const worklistAndDigest = (world: () => { readonly site: PagesSite; readonly page: Page }): void => {
  describe('beside the numbers', () => {
    it('the UTM worklist divides the spend of Ad Performance, and is kept in its address', async () => {
      const { page } = world();
      const { totals } = await table(page, 'last=90d&groupBy=campaign');
      await page.goto('/performance/utm?last=90d');
      await heading(page, 'Ads to mend').waitFor();
      const divided = await page.evaluate<string[][]>(
        `[...document.querySelectorAll('[aria-label="Spend by UTM parameters"] tr:has(data)')].map((row) =>
          [...row.querySelectorAll('data')].map(({ value }) => value))`,
      );
      expect(divided.reduce((all, [spend]) => all + micros(spend), 0)).toBe(sum(totals).spend);
      for (const [spend, ...parts] of divided)
        expect(parts.reduce((all, part) => all + micros(part), 0)).toBe(micros(spend));
      await page.getByLabel('Values that differ in case only are one').check();
      await page.waitForURL('**fold=yes**');
      await page.reload();
      expect(await page.getByLabel('Values that differ in case only are one').isChecked()).toBe(true);
      await judge(page, 'performance-utm');
    });

    it('the weekly digest is off until a person turns it on, and says where it goes', async () => {
      const { page } = world();
      await page.goto('/settings/you');
      await heading(page, 'Weekly digest').waitFor();
      const digest = page.getByRole('switch').first();
      expect(await digest.isChecked()).toBe(false);
      await judge(page, 'your-account');
      await page.getByLabel('Web hook').fill('https://hooks.example/secret');
      await button(page, 'Save digest').click();
      await page.getByText('hooks.example').waitFor();
      await page.reload();
      await page.getByText('hooks.example').waitFor();
      expect(await page.content()).not.toContain('hooks.example/secret');
    });
  });
};
