/* The view as a command for other programs, which ask the same. */

import { words } from '../words.js';
import type { ShownPerformance } from './answer.js';

type Question = ShownPerformance['question'];

const w = words.performance.out;

const shellText = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export const curlOf = (address: string): string =>
  `curl --fail-with-body -H "Authorization: Bearer $XADS_API_KEY" ${shellText(address)}`;

export const pandasOf = (address: string): string =>
  [
    'import os',
    'import pandas as pd',
    '',
    'performance = pd.read_csv(',
    `    ${JSON.stringify(address)},`,
    `    storage_options={"Authorization": "Bearer " + os.environ["XADS_API_KEY"]},`,
    ')',
  ].join('\n');

/** Columns of `importer.performance_daily` that add up. */
const SUMMED: readonly string[] =
  'spend impressions clicks link_clicks app_clicks engagements reposts likes replies follows video_views video_25 video_50 video_75 video_100'.split(
    ' ',
  );

/** Ratios of sums of them. */
const RATIOS: Readonly<Partial<Record<string, readonly [string, string]>>> = {
  ctr: ['sum(clicks)', 'impressions'],
  engagement_rate: ['sum(engagements)', 'impressions'],
  cpc: ['sum(spend)', 'clicks'],
  cpm: ['1000 * sum(spend)', 'impressions'],
  cpe: ['sum(spend)', 'engagements'],
  cpv: ['sum(spend)', 'video_views'],
  cost_per_link_click: ['sum(spend)', 'link_clicks'],
};

const metricSql = (id: string): string | undefined => {
  const ratio = RATIOS[id];
  if (ratio !== undefined) return `round(${ratio[0]} / nullif(sum(${ratio[1]}), 0)::numeric, 6) as ${id}`;
  return SUMMED.includes(id) ? `sum(${id}) as ${id}` : undefined;
};

const GROUPS: Readonly<Partial<Record<Question['groupBy'][number], readonly string[]>>> = {
  day: ['day'],
  week: [`date_trunc('week', day)::date as week`],
  month: [`to_char(day, 'YYYY-MM') as month`],
  account: ['account'],
  funding_instrument: ['funding_instrument'],
  campaign: ['campaign', 'campaign_name'],
  objective: ['objective'],
  status: ['status'],
  currency: [],
  ad_group: ['ad_group', 'ad_group_name', 'kind'],
  ad: ['ad', 'ad_text', 'kind'],
  utm_source: ['utm_source', 'kind'],
  utm_medium: ['utm_medium', 'kind'],
  utm_campaign: ['utm_campaign', 'kind'],
  utm_term: ['utm_term', 'kind'],
  utm_content: ['utm_content', 'kind'],
};

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const sqlList = (values: readonly string[]): string => values.map(sqlText).join(', ');

const anyOf = (column: string, values: readonly (string | null)[]): string => {
  const named = values.filter((value) => value !== null);
  const terms = [
    ...(named.length > 0 ? [`${column} in (${sqlList(named)})`] : []),
    ...(named.length < values.length ? [`${column} is null`] : []),
  ];
  return terms.length === 1 ? (terms[0] ?? '') : `(${terms.join(' or ')})`;
};

const conditionsOf = ({ accounts, range, filters, text }: Question): readonly string[] => [
  `account in (${sqlList(accounts)})`,
  `day between ${sqlText(range.from)} and ${sqlText(range.to)}`,
  ...Object.entries(filters).map(([column, values]) => anyOf(column, values)),
  ...(text === null
    ? []
    : [
        `concat_ws(' ', campaign_name, ad_group_name, ad_text) ilike ${sqlText(`%${text.replaceAll(/[%_\\]/g, String.raw`\$&`)}%`)}`,
      ]),
];

/** What the view cannot say stands as a comment above. */
export const sqlOf = (question: Question): string => {
  const { groupBy, metrics, orderBy } = question;
  const keys = [...new Set([...groupBy.flatMap((id) => GROUPS[id] ?? []), 'currency'])];
  const shown = metrics.flatMap((id) => metricSql(id) ?? []);
  const lacking = [
    ...groupBy.filter((id) => GROUPS[id] === undefined),
    ...metrics.filter((id) => metricSql(id) === undefined),
  ];
  const by = orderBy.replace(/^-/, '');
  const isKnown =
    shown.some((term) => term.endsWith(` as ${by}`)) || groupBy.some((id) => id === by && keys.length > 1);
  return [
    ...(lacking.length === 0 ? [] : [`-- ${w.lacking(lacking.join(', '))}`]),
    `select ${[...keys, ...shown].join(',\n  ')}`,
    'from importer.performance_daily',
    `where ${conditionsOf(question).join('\n  and ')}`,
    `group by ${keys.map((_, index) => index + 1).join(', ')}`,
    ...(isKnown ? [`order by ${by}${orderBy.startsWith('-') ? ' desc' : ''} nulls last`] : []),
  ].join('\n');
};
