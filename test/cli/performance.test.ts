import { expect, test } from 'vitest';
import { performanceCsv } from '../../client/performance-csv.js';
import type { Performance } from '../../client/performance-shapes.js';
import { performanceText } from '../../cli/text/performance.js';

const answer = {
  range: { from: '2026-02-05', to: '2026-02-06' },
  compareRange: { from: '2026-02-03', to: '2026-02-04' },
  dimensions: [
    { id: 'day', label: 'Day' },
    { id: 'campaign', label: 'Campaign' },
    { id: 'utm_campaign', label: 'utm_campaign' },
  ],
  metrics: [
    { id: 'spend', label: 'Spend', unit: 'money', formula: 'Spend', additive: true },
    { id: 'ctr', label: 'CTR', unit: 'percent', formula: 'Clicks ÷ Impressions', additive: false },
  ],
  accounts: [{ name: 'Acme', missingDays: 1, missing: ['2026-02-06'], through: '2026-02-05' }],
  days: [
    { day: '2026-02-05', finality: 'settling', complete: true },
    { day: '2026-02-06', finality: 'final', complete: false },
  ],
  totals: [{ currency: 'EUR', values: { spend: '-1234567.5', ctr: null } }],
  rows: [
    {
      key: { day: '2026-02-05', campaign: '8wku2', utm_campaign: '-10% "now", today' },
      names: { campaign: '=HYPERLINK("http://evil.example")' },
      kind: 'entity',
      currency: 'EUR',
      values: { spend: '-1234567.5', ctr: '0.0125' },
      compared: { spend: '0.000001', ctr: null },
    },
    {
      key: { day: '2026-02-05', campaign: null, utm_campaign: null },
      names: {},
      kind: 'not_attributed',
      currency: 'EUR',
      values: { spend: '0', ctr: null },
    },
  ],
  rowCount: 3,
} as unknown as Performance;

test('CSV has all that the rows have: no text is taken for a formula, and no number is touched', () => {
  expect(performanceCsv(answer).split('\r\n')).toEqual([
    'day,campaign,campaign_name,utm_campaign,kind,shared_tweet,objective,currency,spend,spend_micros,spend_compared,ctr,ctr_compared',
    `2026-02-05,8wku2,"'=HYPERLINK(""http://evil.example"")","'-10% ""now"", today",entity,false,,EUR,-1234567.5,-1234567500000,0.000001,0.0125,`,
    '2026-02-05,,,,not_attributed,false,,EUR,0,0,,,',
    '',
  ]);
});

test('the table says what is left out, what may still change and which days lack', () => {
  const text = performanceText(answer);
  expect(text).toMatch(/^Total +EUR +-1,234,567\.50 +– +– +–$/m);
  expect(text).toMatch(/not attributed/);
  expect(text).toContain('2 of 3 rows; the totals are of all.');
  expect(text).toContain('X may still change 1 of 2 days.');
  expect(text).toContain('Acme lacks 1 day of the range (2026-02-06); it is imported through 2026-02-05.');
});
