/**
 * The metrics of Ad Performance: each is defined here once, with X's label, what it is made of and how it is written out.
 * X's own words: docs/x-ads-api.md §8.
 */

/** What X counts and what adds up: columns of facts, and of conversions X's flattened names. Money is in micros. */
export const SUMMED = [
  'impressions',
  'billed_charge_local_micro',
  'clicks',
  'url_clicks',
  'app_clicks',
  'engagements',
  'retweets',
  'likes',
  'replies',
  'follows',
  'video_total_views',
  'video_views_25',
  'video_views_50',
  'video_views_75',
  'video_views_100',
  'conversion_purchases.metric',
  'conversion_sign_ups.metric',
  'conversion_site_visits.metric',
  'conversion_downloads.metric',
  'conversion_custom.metric',
  'conversion_purchases.sale_amount',
  'conversion_sign_ups.sale_amount',
  'conversion_site_visits.sale_amount',
  'conversion_downloads.sale_amount',
  'conversion_custom.sale_amount',
] as const;
export type Summed = (typeof SUMMED)[number];

export interface PerformanceMetric {
  readonly label: string;
  /** `percent` is a share: 0.0125 is 1.25 %. */
  readonly unit: 'count' | 'money' | 'ratio' | 'percent';
  /** In the labels of other metrics. */
  readonly formula: string;
  /** The sum of these; `by_objective`: of what the objective of the campaign calls its result. */
  readonly numerator: readonly Summed[] | 'by_objective';
  /** Of a ratio. Absent: the metric adds up. */
  readonly denominator?: readonly Summed[] | 'by_objective';
  /** What the ratio is for so many, such as 1,000 impressions. (Default: 1) */
  readonly per?: number;
}

const SPEND: readonly Summed[] = ['billed_charge_local_micro'];
const IMPRESSIONS: readonly Summed[] = ['impressions'];
const CONVERSIONS: readonly Summed[] = [
  'conversion_purchases.metric',
  'conversion_sign_ups.metric',
  'conversion_site_visits.metric',
  'conversion_downloads.metric',
  'conversion_custom.metric',
];

const count = (label: string, numerator: PerformanceMetric['numerator'], formula = label): PerformanceMetric => ({
  label,
  unit: 'count',
  formula,
  numerator,
});
const money = (label: string, numerator: readonly Summed[]): PerformanceMetric => ({
  label,
  unit: 'money',
  formula: label,
  numerator,
});
const cost = (label: string, of: string, denominator: NonNullable<PerformanceMetric['denominator']>) => ({
  label,
  unit: 'money' as const,
  formula: `Spend ÷ ${of}`,
  numerator: SPEND,
  denominator,
});
const rate = (label: string, of: string, numerator: PerformanceMetric['numerator']) => ({
  label,
  unit: 'percent' as const,
  formula: `${of} ÷ Impressions`,
  numerator,
  denominator: IMPRESSIONS,
});

export const PERFORMANCE_METRICS = {
  spend: money('Spend', SPEND),
  impressions: count('Impressions', IMPRESSIONS),
  clicks: count('Clicks', ['clicks'], 'Clicks on links, hashtags, profile and details: more than link clicks'),
  link_clicks: count('Link clicks', ['url_clicks'], 'Clicks on the link or the website card'),
  app_clicks: count('App clicks', ['app_clicks']),
  engagements: count('Engagements', ['engagements']),
  reposts: count('Reposts', ['retweets']),
  likes: count('Likes', ['likes']),
  replies: count('Replies', ['replies']),
  follows: count('Follows', ['follows']),
  video_views: count('Video views', ['video_total_views']),
  video_25: count('Video played 25 %', ['video_views_25']),
  video_50: count('Video played 50 %', ['video_views_50']),
  video_75: count('Video played 75 %', ['video_views_75']),
  video_100: count('Video completions', ['video_views_100']),
  conversions_total: count(
    'Total conversions',
    CONVERSIONS,
    'Custom + Site visits + Sign-ups + Downloads + Purchases, on the website',
  ),
  purchases: count('Purchases', ['conversion_purchases.metric']),
  sign_ups: count('Sign-ups', ['conversion_sign_ups.metric']),
  site_visits: count('Site visits', ['conversion_site_visits.metric']),
  downloads: count('Downloads', ['conversion_downloads.metric']),
  custom_conversions: count('Custom', ['conversion_custom.metric']),
  purchase_value: money('Purchase value', ['conversion_purchases.sale_amount']),
  sign_up_value: money('Sign-up value', ['conversion_sign_ups.sale_amount']),
  site_visit_value: money('Site visit value', ['conversion_site_visits.sale_amount']),
  download_value: money('Download value', ['conversion_downloads.sale_amount']),
  custom_conversion_value: money('Custom value', ['conversion_custom.sale_amount']),
  results: count('Results', 'by_objective', 'What the objective of the campaign asks for'),
  cost_per_result: cost('Cost per result', 'Results', 'by_objective'),
  result_rate: rate('Result rate', 'Results', 'by_objective'),
  ctr: rate('CTR', 'Clicks', ['clicks']),
  engagement_rate: rate('Engagement rate', 'Engagements', ['engagements']),
  cpc: cost('CPC', 'Clicks', ['clicks']),
  cpm: { ...cost('CPM', 'Impressions × 1,000', IMPRESSIONS), per: 1000 },
  cpe: cost('CPE', 'Engagements', ['engagements']),
  cpv: cost('CPV', 'Video views', ['video_total_views']),
  cost_per_link_click: cost('Cost per link click', 'Link clicks', ['url_clicks']),
  cost_per_conversion: cost('Cost per conversion', 'Total conversions', CONVERSIONS),
  roas: {
    label: 'ROAS',
    unit: 'ratio',
    formula: 'Purchase value ÷ Spend',
    numerator: ['conversion_purchases.sale_amount'],
    denominator: SPEND,
  },
} as const satisfies Readonly<Record<string, PerformanceMetric>>;
export type MetricId = keyof typeof PERFORMANCE_METRICS;

export const METRIC_IDS = Object.keys(PERFORMANCE_METRICS) as readonly MetricId[];
export const metricOf = (id: MetricId): PerformanceMetric => PERFORMANCE_METRICS[id];

/** What an objective calls its result, by X's names of objectives. An objective that is not here has none. */
export const RESULTS: Readonly<Record<string, { readonly label: string; readonly numerator: readonly Summed[] }>> = {
  ENGAGEMENTS: { label: 'Engagements', numerator: ['engagements'] },
  WEBSITE_CLICKS: { label: 'Clicks', numerator: ['clicks'] },
  WEBSITE_CONVERSIONS: { label: 'Total conversions', numerator: CONVERSIONS },
  APP_INSTALLS: { label: 'App clicks', numerator: ['app_clicks'] },
  APP_ENGAGEMENTS: { label: 'App clicks', numerator: ['app_clicks'] },
  FOLLOWERS: { label: 'Follows', numerator: ['follows'] },
  VIDEO_VIEWS: { label: 'Video views', numerator: ['video_total_views'] },
  PREROLL_VIEWS: { label: 'Video views', numerator: ['video_total_views'] },
  REACH: { label: 'Impressions', numerator: IMPRESSIONS },
};

/** Does one of the metrics depend on the objective? */
export const dependsOnObjective = (metrics: readonly MetricId[]): boolean =>
  metrics.some((id) => [metricOf(id).numerator, metricOf(id).denominator].includes('by_objective'));

/** What must be summed for the metrics. Money and impressions always are: a remainder shows in them. */
export const summedFor = (metrics: readonly MetricId[]): readonly Summed[] => {
  const needed = new Set<Summed>([...SPEND, ...IMPRESSIONS]);
  for (const id of metrics) {
    const { numerator, denominator = [] } = metricOf(id);
    for (const part of [numerator, denominator]) {
      const sums = part === 'by_objective' ? Object.values(RESULTS).flatMap((result) => result.numerator) : part;
      for (const name of sums) needed.add(name);
    }
  }
  return SUMMED.filter((name) => needed.has(name));
};
