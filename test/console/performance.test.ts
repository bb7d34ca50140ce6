import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { addDays, type Day } from '../../domain/calendar.js';
import { simulatedAccounts } from '../../local/once/simulated.js';
import { judge, launchBrowser, screenshot, scriptBytes, visit, type Visitor } from './support/browser.js';
import { button, enter, heading } from './support/pages.js';
import { openPagesSite, type PagesSite } from './support/pages-site.js';
import { rowOf, table } from './support/performance-page.js';
import { restatedDay } from './support/performance-past.js';
import { savedViews } from './support/performance-saved.js';
import { worklistAndDigest } from './support/performance-utm.js';
import { asSet, grouped, knownOf, sum, type TrueDay, truthOf } from './support/performance-truth.js';

/*
 * Ad Performance in a real browser, for three accounts over a year in which some days were never imported. What stands in the
 * cells is held against the simulator's truth, which shares no code with the importer.
 */

let site: PagesSite;
let browser: Browser;
let ana: Visitor;
const today = new Date().toISOString().slice(0, 10) as Day;
/** Days that were left out. */
const gap = { from: addDays(today, -38), to: addDays(today, -33) };

beforeAll(async () => {
  // Names and money as messy as X's, and the first account has moved to another zone meanwhile.
  const timezoneSwitches = [{ account: 0, day: addDays(today, -20), zone: 'Asia/Tokyo' }];
  site = await openPagesSite({ accounts: 3, ads: 5, days: 370, profile: 'messy', timezoneSwitches });
  await site.read({ from: addDays(gap.to, 1), to: today });
  await site.read({ from: addDays(today, -372), to: addDays(gap.from, -1) });
  browser = await launchBrowser();
  ana = await visit(browser, site.consoleUrl);
  // Temporal is not here, which the frame would say on every page.
  await ana.context.route('**/api/v1/parts', (route) => route.fulfill({ json: { lacks: [] } }));
  await enter({ importer: site }, ana, site.consoleUrl);
  await ana.page.goto('/connections');
  await ana.page.getByRole('link', { name: 'Ad Performance' }).click();
  await heading(ana.page, 'Ad Performance').waitFor();
});

afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
});

beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => {
    const { page } = ana;
    process.stdout.write(`${page.url()} shows:\n${await page.locator('body').innerText()}\n`);
  });
});

const isLeftOut = (day: string): boolean => day >= gap.from && day <= gap.to;

/** What X would say now of a level, on the days that were imported. */
const truth = async (level: string, range: { from: string; to: string }): Promise<readonly TrueDay[]> =>
  (await truthOf(site.simulatorUrl, level, range)).filter(({ day }) => !isLeftOut(day));

const rangeOf = async (page: Page, last: string): Promise<{ from: string; to: string }> => {
  const response = await page.request.get(`/api/v1/performance?last=${last}`);
  return ((await response.json()) as { range: { from: string; to: string } }).range;
};

/** Seven days around the last change of the clocks in a zone that was at least two months ago. */
const clockChangeIn = (zone: string): { readonly from: Day; readonly to: Day } => {
  const offset = (day: Day): string =>
    new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
      .format(new Date(`${day}T12:00:00Z`))
      .slice(-9);
  const day = Array.from({ length: 300 }, (_, i) => addDays(gap.from, -i - 20)).find(
    (each) => offset(each) !== offset(addDays(each, -1)),
  );
  if (day === undefined) throw new Error(`the clocks of ${zone} do not change`);
  return { from: addDays(day, -3), to: addDays(day, 3) };
};

describe('Ad Performance', () => {
  for (const which of ['30d', '12m', 'days on which the clocks change'])
    it(`shows the simulator's truth over ${which} by day, campaign, ad and UTM campaign, and totals of the campaigns`, async () => {
      const { page } = ana;
      const zones = (await simulatedAccounts(site.simulatorUrl)).map(({ timezone }) => timezone);
      const range = /^\d/.test(which) ? await rangeOf(page, which) : clockChangeIn(zones.at(-1) ?? '');
      const [campaigns, tweets, accounts] = await Promise.all(
        ['CAMPAIGN', 'PROMOTED_TWEET', 'PROMOTED_ACCOUNT'].map((level) => truth(level, range)),
      );
      const ads = [...(tweets ?? []), ...(accounts ?? [])];
      const known = await knownOf(site.db);
      const all = sum(campaigns ?? []);
      expect(all.spend).toBeGreaterThan(0);
      const view = `from=${range.from}&to=${range.to}`;

      const byDay = await table(page, `${view}&groupBy=day`);
      const days = byDay.rows.filter(({ values }) => values.length > 0).map(rowOf);
      expect(sum(byDay.totals)).toEqual(all);
      expect(asSet(days)).toEqual(
        asSet(grouped(campaigns ?? [], (row) => `${row.day} ${known(row).currency}`).values()),
      );

      const byCampaign = await table(page, `${view}&groupBy=campaign`);
      expect(sum(byCampaign.totals)).toEqual(all);
      expect(asSet(byCampaign.rows.map(rowOf))).toEqual(asSet(grouped(campaigns ?? [], ({ id }) => id).values()));

      // Of ads that promote one post each has the numbers of all: they count once.
      const once = [...new Map(ads.map((row) => [`${known(row).post} ${row.day}`, row])).values()];
      const byAd = await table(page, `${view}&groupBy=ad`);
      expect(sum(byAd.totals)).toEqual(all);
      expect(sum(byAd.rows.map(rowOf))).toEqual(all);
      const shown = byAd.rows.map(rowOf).filter(({ kind }) => kind === 'entity');
      expect(asSet(shown)).toEqual(asSet(grouped(once, (row) => known(row).post).values()));

      const byUtm = await table(page, `${view}&groupBy=utm_campaign`);
      expect(sum(byUtm.totals)).toEqual(all);
      expect(sum(byUtm.rows.map(rowOf))).toEqual(all);
      const utm = grouped(once, (row) => `${known(row).utm} ${known(row).currency}`);
      expect(asSet(byUtm.rows.map(rowOf).filter(({ kind }) => kind === 'entity'))).toEqual(asSet(utm.values()));
    });

  it('shows a day that nobody imported as a gap, and says which days of which account lack', async () => {
    const { page } = ana;
    const { rows } = await table(page, 'last=90d&groupBy=day&as=table');
    expect(rows.filter(({ values }) => values.length === 0).length).toBe(6);
    const lacking = page.getByRole('region', { name: 'By Day' }).getByText('Not imported');
    expect(await lacking.count()).toBe(6);
    await page
      .getByText(/lacks 6 days of this range/)
      .first()
      .waitFor();
    await page.getByText('without 6 days').first().waitFor();
    await button(page, 'Show as chart').click();
    await page.getByRole('list', { name: 'What the chart shows' }).getByText('Not imported').waitFor();
  });

  it('claims no change against a period in which days lack', async () => {
    const { page } = ana;
    const tiles = page.getByRole('region', { name: 'In total' });
    await page.goto('/performance?last=30d');
    await tiles.getByText('without 6 days').first().waitFor();
    expect(await tiles.locator('[data-better]').count()).toBe(0);
    await page.goto('/performance?last=14d');
    await tiles.locator('[data-better]').first().waitFor();
    expect(await tiles.getByText(/without/).count()).toBe(0);
  });

  it('leaves the page as SQL and as CSV that give the same numbers', async () => {
    const { page, context } = ana;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const { rows, totals } = await table(page, 'last=30d&groupBy=utm_campaign');
    await button(page, 'Export').click();
    const csv = await page.getByRole('menuitem', { name: 'Download CSV' }).getAttribute('href');
    await page.getByRole('menuitem', { name: 'Copy as SQL' }).click();
    await page.getByText('It reads the view importer.performance_daily.').waitFor();
    const sql = await page.evaluate<string>('navigator.clipboard.readText()');
    const found = await site.db.query<{ spend: string; impressions: string }>(sql);
    const numbersOf = found.rows.map(({ spend, impressions }) => ({
      spend: Math.round(Number(spend) * 1e6),
      impressions: Number(impressions),
    }));
    expect(asSet(numbersOf)).toEqual(asSet(rows.map(rowOf)));
    const [, ...lines] = (await (await page.request.get(csv ?? '')).text()).trim().split('\n');
    expect(lines.length).toBe(rows.length);
    expect(sum(numbersOf)).toEqual(sum(totals));
  });

  it('is looked through by keyboard, and leads from a campaign down to its ads', async () => {
    const { page } = ana;
    await page.goto('/performance?last=14d');
    const chart = page.getByRole('slider', { name: /^Spend by day/ });
    await chart.focus();
    await page.keyboard.press('Home');
    const first = await chart.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    expect(await chart.getAttribute('aria-valuetext')).not.toBe(first);
    expect(first).toMatch(/\d/);
    await judge(page, 'performance');
    expect(await scriptBytes(page)).toBeLessThan(350_000);
    await page.getByRole('region', { name: 'By Campaign' }).getByRole('link').first().click();
    await page.getByRole('region', { name: 'By Ad group' }).getByRole('link').first().click();
    await page.getByRole('region', { name: 'By Ad', exact: true }).waitFor();
    await screenshot(page, 'performance-ads');
    await button(page, 'Clear filters').click();
    await button(page, /^Range:/).click();
    await page.getByLabel('From', { exact: true }).fill(gap.to);
    await page.getByLabel('To', { exact: true }).fill(gap.from);
    await button(page, 'Apply').click();
    await page.getByRole('alert').getByText('The first day comes after the last.').waitFor();
    await page.getByLabel('From', { exact: true }).fill(gap.from);
    await page.getByLabel('To', { exact: true }).fill(gap.to);
    await button(page, 'Apply').click();
    await page.waitForURL(`**from=${gap.from}**`);
    await page.goto('/performance?groupBy=nonsense');
    await heading(page, 'This view cannot be shown').waitFor();
    await page.getByRole('link', { name: 'Start with the last 30 days' }).click();
    await chart.waitFor();
  });

  restatedDay(() => ({ site, page: ana.page }));
  savedViews(() => ({ site, page: ana.page }));
  worklistAndDigest(() => ({ site, page: ana.page }));

  it('did nothing against its content security policy', () => {
    expect(ana.offences).toEqual([]);
  });
});
