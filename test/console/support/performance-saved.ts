import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { judge, violationsOf } from './browser.js';
import { button, heading } from './pages.js';
import type { PagesSite } from './pages-site.js';

/** Views and columns that are saved, and opened again with what is left of them. */
export const savedViews = (world: () => { readonly site: PagesSite; readonly page: Page }): void => {
  describe('a saved view', () => {
    it('is opened as it was saved, with columns of its own, and with what is left where a campaign of it is gone', async () => {
      const { site, page } = world();
      const { rows } = await site.db.query<{ id: string }>(
        `select entity_id as id from importer.entities where level = 'CAMPAIGN' order by entity_id limit 1`,
      );
      const kept = rows[0]?.id ?? '';
      const save = async (item: string, name: string, shared: boolean): Promise<void> => {
        await button(page, 'Views').click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.getByLabel('Name', { exact: true }).fill(name);
        await until('the dialog to stand still', () =>
          page.evaluate<boolean>(`document.getAnimations().every(({ playState }) => playState !== 'running')`),
        );
        expect(await violationsOf(page, '[role=dialog]')).toEqual([]);
        if (shared) await page.getByLabel('Share with the workspace').check();
        await button(page, /^Save$/).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      };
      await page.goto(`/performance?last=14d&groupBy=ad&campaign=${kept},gone1&metrics=spend,roas`);
      await page.getByRole('region', { name: 'By Ad', exact: true }).waitFor();
      await save('Save this view …', 'Autumn', true);
      await save('Save these columns …', 'Money', false);
      await page.goto('/performance');
      await button(page, /^Columns:/).click();
      await page.getByRole('menuitem', { name: 'Money' }).click();
      await page.waitForURL('**metrics=spend**');
      await button(page, 'Views').click();
      await page.getByRole('menuitem', { name: 'Autumn' }).click();
      await page.getByText('Of this saved view 1 campaign can no longer be seen.').waitFor();
      await page.getByRole('region', { name: 'By Ad', exact: true }).waitFor();
      await judge(page, 'performance-saved');
      const { searchParams } = new URL(page.url());
      expect(['campaign', 'last', 'groupBy', 'metrics'].map((key) => searchParams.get(key))).toEqual([
        kept,
        '14d',
        'ad',
        'spend,roas',
      ]);
      await button(page, 'Views').click();
      await page.getByRole('menuitem', { name: 'Saved views and columns …' }).click();
      await button(page, 'Delete Money').click();
      await button(page, 'Delete Money').waitFor({ state: 'detached' });
      await page.keyboard.press('Escape');
    });

    it('of another workspace is not found, and so is an account of one', async () => {
      const { site, page } = world();
      const { rows } = await site.db.query<{ id: string }>(
        `with other as (insert into app.workspaces (name) values ('Other') returning id)
         insert into app.saved_views (workspace_id, kind, name, shared, view)
         select id, 'view', 'Theirs', true, '{"groupBy": "ad"}' from other returning id`,
      );
      for (const query of [`saved=${rows[0]?.id}`, 'account=theirs']) {
        await page.goto(`/performance?${query}`);
        await heading(page, 'Not found').waitFor();
        await page.getByRole('link', { name: 'Start with the last 30 days' }).click();
        await page.getByRole('region', { name: 'By Campaign' }).waitFor();
      }
    });
  });
};
