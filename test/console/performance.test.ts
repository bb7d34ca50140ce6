import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { addDays, type Day } from '../../domain/calendar.js';
import { allow } from '../../local/once/consent.js';
import { simulatedAccounts, trueRows } from '../../local/once/simulated.js';
import { type Processes, startProcesses } from '../support/installation.js';
import { until } from '../support/until.js';
import { judge, launchBrowser, screenshot, scriptBytes, visit, type Visitor } from './support/browser.js';
import { button, enter, heading } from './support/pages.js';

/*
 * Ad Performance in a real browser, for three accounts over a year in which some days were never imported. What stands in the
 * cells is held against the simulator's truth, which shares no code with the importer.
 */

interface Numbers {
  readonly spend: number;
  readonly impressions: number;
}
interface TrueDay extends Numbers {
  readonly account: string;
  readonly id: string;
  readonly day: string;
}
interface Row extends Numbers {
  readonly name: string;
  readonly kind: string | undefined;
}

let installation: Processes;
let browser: Browser;
let ana: Visitor;
/** The first and the last day that were left out. */
let gap: { readonly from: Day; readonly to: Day };

beforeAll(async () => {
  const simulated = ['--accounts', '3', '--ads', '5', '--days', '370', '--job-seconds', '0'];
  installation = await startProcesses(simulated, { server: true });
  const { importer, stack } = installation;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: 'Acme' });
  await importer.completeSignIn(await allow(authorizeUrl, 'all_accounts'));
  await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  const from = addDays(new Date().toISOString().slice(0, 10) as Day, -32);
  gap = { from: addDays(from, -6), to: addDays(from, -1) };
  await importer.choose(connectionId, { history: { kind: 'from', day: from } });
  await importer.waitForBackfill(connectionId);
  await importer.backfill(connectionId, { from: addDays(from, -340), to: addDays(gap.from, -1) });
  await importer.waitForBackfill(connectionId);
  if (stack.consoleUrl === undefined) throw new Error('the console is not served');
  browser = await launchBrowser();
  ana = await visit(browser, stack.consoleUrl);
  await enter(installation, ana, stack.consoleUrl);
  await ana.page.goto('/connections');
  await ana.page.getByRole('link', { name: 'Ad Performance' }).click();
  await heading(ana.page, 'Ad Performance').waitFor();
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

const isLeftOut = (day: string): boolean => day >= gap.from && day <= gap.to;

/** What X would say now of a level, on the days that were imported. */
const truth = async (level: string, range: { from: string; to: string }): Promise<readonly TrueDay[]> => {
  const days: TrueDay[] = [];
  for (const { id: account } of await simulatedAccounts(installation.simulatorUrl))
    for await (const { id, day, metrics } of trueRows(installation.simulatorUrl, account, { level, ...range }))
      if (!isLeftOut(day))
        days.push({
          account,
          id,
          day,
          spend: metrics['billed_charge_local_micro'] ?? 0,
          impressions: metrics['impressions'] ?? 0,
        });
  return days;
};

const sum = (rows: readonly Numbers[]): Numbers => ({
  spend: rows.reduce((total, { spend }) => total + spend, 0),
  impressions: rows.reduce((total, { impressions }) => total + impressions, 0),
});

const grouped = (rows: readonly TrueDay[], keyOf: (row: TrueDay) => string): ReadonlyMap<string, Numbers> => {
  const groups = new Map<string, TrueDay[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return new Map([...groups].map(([key, group]) => [key, sum(group)]));
};

/** Numbers as text, in an order of their own: for rows the names of which several entities have. */
const asSet = (rows: Iterable<Numbers>): readonly string[] =>
  [...rows]
    .filter(({ spend, impressions }) => spend !== 0 || impressions !== 0)
    .map(({ spend, impressions }) => `${spend} ${impressions}`)
    .toSorted();

/** The cells of the table as they stand there: exact values, and the names of the rows. Totals come first. */
const READ = `[...document.querySelectorAll('[role=region] tbody tr')].map((row) => ({
  name: row.cells[0].innerText.trim(),
  kind: row.dataset.kind,
  values: [...row.querySelectorAll('data')].map(({ value }) => value),
}))`;

interface ReadRow {
  readonly name: string;
  readonly kind?: string;
  readonly values: readonly string[];
}

const rowOf = ({ name, kind, values: [spend, impressions] }: ReadRow): Row => ({
  name,
  kind,
  spend: Math.round(Number(spend) * 1e6),
  impressions: Number(impressions),
});

/** All pages of the table of a view of spend and impressions: its totals, and its rows. */
const table = async (page: Page, query: string): Promise<{ totals: readonly Row[]; rows: readonly ReadRow[] }> => {
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

const rangeOf = async (page: Page, last: string): Promise<{ from: string; to: string }> => {
  const response = await page.request.get(`/api/v1/performance?last=${last}`);
  return ((await response.json()) as { range: { from: string; to: string } }).range;
};

interface Known {
  readonly currency: string;
  readonly utm: string;
  /** What several ads may promote. */
  readonly post: string;
}

/** What the numbers of campaigns and ads are grouped by, as it is stored. */
const knownOf = async (): Promise<(row: TrueDay) => Known> => {
  const { rows } = await installation.db.query<Known & { id: string }>(
    `select ad_id as id, campaign_currency as currency, coalesce(utm->>'utm_campaign', '') as utm,
       account_id || coalesce(tweet_id, ad_id) as post from importer.ads
     union all select entity_id, currency, '', '' from importer.entities where level = 'CAMPAIGN'`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ({ id }) => byId.get(id) ?? { currency: '', utm: '', post: '' };
};

describe('Ad Performance', () => {
  for (const last of ['30d', '12m'])
    it(`shows the simulator's truth over ${last} by day, campaign, ad and UTM campaign, and totals of the campaigns`, async () => {
      const { page } = ana;
      const range = await rangeOf(page, last);
      const campaigns = await truth('CAMPAIGN', range);
      const ads = [...(await truth('PROMOTED_TWEET', range)), ...(await truth('PROMOTED_ACCOUNT', range))];
      const known = await knownOf();
      const all = sum(campaigns);
      expect(all.spend).toBeGreaterThan(0);

      const byDay = await table(page, `last=${last}&groupBy=day`);
      const days = byDay.rows.filter(({ values }) => values.length > 0).map(rowOf);
      expect(sum(byDay.totals)).toEqual(all);
      expect(asSet(days)).toEqual(asSet(grouped(campaigns, (row) => `${row.day} ${known(row).currency}`).values()));

      const byCampaign = await table(page, `last=${last}&groupBy=campaign`);
      expect(sum(byCampaign.totals)).toEqual(all);
      expect(asSet(byCampaign.rows.map(rowOf))).toEqual(asSet(grouped(campaigns, ({ id }) => id).values()));

      const byAd = await table(page, `last=${last}&groupBy=ad`);
      expect(sum(byAd.totals)).toEqual(all);
      const shown = byAd.rows.map(rowOf).filter(({ kind }) => kind === 'entity');
      expect(asSet(shown)).toEqual(asSet(grouped(ads, ({ id }) => id).values()));

      const byUtm = await table(page, `last=${last}&groupBy=utm_campaign`);
      expect(sum(byUtm.totals)).toEqual(all);
      expect(sum(byUtm.rows.map(rowOf))).toEqual(all);
      const once = new Map(ads.map((row) => [`${known(row).post} ${row.day}`, row]));
      const utm = grouped([...once.values()], (row) => `${known(row).utm} ${known(row).currency}`);
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
    const found = await installation.db.query<{ spend: string; impressions: string }>(sql);
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

  it('did nothing against its content security policy', () => {
    expect(ana.offences).toEqual([]);
  });
});
