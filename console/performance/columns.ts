/* Which metrics the table and the tiles show. The sets are those of Ads Manager. */

import type { ShownPerformance, ShownRow } from './answer.js';
import type { View } from './view.js';
import { valuesIn } from './view.js';

const SETS = {
  performance: ['results', 'cost_per_result', 'result_rate', 'spend', 'impressions', 'clicks', 'ctr', 'cpc'],
  engagement: ['spend', 'impressions', 'engagements', 'cpe', 'reposts', 'likes', 'replies', 'clicks', 'ctr'],
  video: ['spend', 'impressions', 'video_views', 'cpv', 'video_25', 'video_50', 'video_75', 'video_100'],
  website: [
    'spend',
    'impressions',
    'link_clicks',
    'cost_per_link_click',
    'conversions_total',
    'cost_per_conversion',
    'roas',
  ],
  app: ['spend', 'impressions', 'app_clicks', 'conversions_total', 'cost_per_conversion'],
  followers: ['spend', 'impressions', 'follows', 'engagements', 'cpe', 'cpm'],
} as const;
export type ColumnSet = keyof typeof SETS;
export const COLUMN_SETS = Object.keys(SETS) as ColumnSet[];

/** What the tiles say, five at most: one of them is drawn. */
const TILES: Readonly<Record<ColumnSet, readonly string[]>> = {
  performance: ['spend', 'impressions', 'clicks', 'ctr', 'cpc'],
  engagement: ['spend', 'impressions', 'engagements', 'cpe', 'likes'],
  video: ['spend', 'impressions', 'video_views', 'cpv', 'video_100'],
  website: ['spend', 'link_clicks', 'cost_per_link_click', 'conversions_total', 'roas'],
  app: ['spend', 'impressions', 'app_clicks', 'conversions_total', 'cost_per_conversion'],
  followers: ['spend', 'impressions', 'follows', 'engagements', 'cpm'],
};

export const isColumnSet = (name: string | undefined): name is ColumnSet => COLUMN_SETS.includes(name as ColumnSet);
export const columnSetOf = ({ columns }: View): ColumnSet => (isColumnSet(columns) ? columns : 'performance');

/** One's own columns, else those of the set. */
export const columnsOf = (view: View): readonly string[] =>
  view.metrics === undefined ? SETS[columnSetOf(view)] : valuesIn(view.metrics);
export const tilesOf = (view: View): readonly string[] => TILES[columnSetOf(view)];

const RISE_IS_BAD = /^(cost_per_|cp[a-z]+$)/;

/** Whether a change is for the better; nothing is said of spend, which one chooses. */
export const isBetter = (metric: string, change: number): boolean | undefined =>
  metric === 'spend' || change === 0 ? undefined : RISE_IS_BAD.test(metric) === change < 0;

/** The part by which a value has changed, to a tenth of a percent: 0.1 is a tenth more. Nothing is said of what was 0 or not there. */
export const changeOf = (value: string | null | undefined, before: string | null | undefined): number | undefined => {
  if (value === null || value === undefined || before === null || before === undefined) return undefined;
  const was = Number(before);
  return was === 0 ? undefined : Math.round(((Number(value) - was) / Math.abs(was)) * 1000) / 1000;
};

/** Whether sums of the two periods may be held against each other: what lacks days is less for that alone. */
export const isComparable = ({ days, compareMissingDays }: ShownPerformance): boolean =>
  compareMissingDays === 0 && days.every(({ complete }) => complete);

/** One line for each currency. */
export const currenciesOf = (rows: readonly Pick<ShownRow, 'currency'>[]): readonly string[] => [
  ...new Set(rows.map(({ currency }) => currency ?? '')),
];
