/** X's entity levels in X's words: `LINE_ITEM` is the ad group, `PROMOTED_TWEET` the ad (`PROMOTED_ACCOUNT` in follower campaigns). */
export const LEVELS = ['FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET', 'PROMOTED_ACCOUNT'] as const;
export type Level = (typeof LEVELS)[number];

/** An open enum: stats know ALL_ON_TWITTER, SPOTLIGHT and TREND; `active_entities` may name others, which become `unavailable`. */
export type Placement = string;

/**
 * The metrics that one job asks for. The mobile conversion groups are a set of their own: X wants them requested
 * separately, and only accounts with app line items have them.
 */
export type MetricSet = 'standard' | 'mobile';

export type MetricGroup =
  | 'ENGAGEMENT'
  | 'BILLING'
  | 'VIDEO'
  | 'WEB_CONVERSION'
  | 'MOBILE_CONVERSION'
  | 'LIFE_TIME_VALUE_MOBILE_CONVERSION';

/** The groups of a job, by X's matrix of entity and group: a funding instrument has engagement and billing only. */
export const metricGroups = (level: Level, set: MetricSet): readonly MetricGroup[] => {
  if (set === 'mobile') return ['MOBILE_CONVERSION', 'LIFE_TIME_VALUE_MOBILE_CONVERSION'];
  if (level === 'FUNDING_INSTRUMENT') return ['ENGAGEMENT', 'BILLING'];
  return ['ENGAGEMENT', 'BILLING', 'VIDEO', 'WEB_CONVERSION'];
};

/** The metric sets that apply to a level: the mobile groups exist from the campaign down, in accounts with app line items. */
export const metricSets = (level: Level, hasAppLineItems: boolean): readonly MetricSet[] =>
  hasAppLineItems && level !== 'FUNDING_INSTRUMENT' && level !== 'PROMOTED_ACCOUNT'
    ? ['standard', 'mobile']
    : ['standard'];

/** Placements that stats accept; X refuses to create a job for any other. */
export const STATS_PLACEMENTS: readonly Placement[] = ['ALL_ON_TWITTER', 'SPOTLIGHT', 'TREND'];
