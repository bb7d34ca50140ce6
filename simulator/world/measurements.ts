import { mix } from '../hash.js';
import type { Delivery } from '../numbers/delivery.js';
import type { Measured, Measurements, MeasuredPart } from '../numbers/measured.js';
import type { Level } from '../numbers/metrics.js';
import type { CampaignRows } from './campaign-rows.js';
import { isMessy, type WorldOptions } from './options.js';
import type { AdPlan, CampaignPlan } from './plan.js';

type Ancestry = Partial<Pick<Measured, 'fundingInstrumentId' | 'campaignId' | 'lineItemId'>>;

const NOWHERE = { fundingInstrumentId: '', campaignId: '', lineItemId: '' };

const deliveries = (ads: readonly AdPlan[]): Delivery[] => ads.map((ad) => ad.delivery);

const measured = (level: Level, id: string, parts: readonly MeasuredPart[], ancestry: Ancestry = {}): Measured => ({
  ...NOWHERE,
  ...ancestry,
  level,
  id,
  parts,
});

const byId = (entities: readonly Measured[]): ReadonlyMap<string, Measured> =>
  new Map(entities.map((entity) => [entity.id, entity]));

/** Ads by the tweet they promote. X answers each of them with the total of the tweet (docs/x-ads-api.md §17.52). */
const byTweet = (ads: readonly AdPlan[]): ReadonlyMap<number, readonly AdPlan[]> => {
  const groups = new Map<number, AdPlan[]>();
  for (const ad of ads) groups.set(ad.tweetOf, [...(groups.get(ad.tweetOf) ?? []), ad]);
  return groups;
};

/**
 * The deliveries that each entity of each level sums up. All levels sum the same ads, so they agree with each other.
 */
export const measurements = (rows: CampaignRows, options: WorldOptions, accountId: string): Measurements => {
  const { plan } = rows;
  const { corrections } = options;
  const credited = isMessy(options.profile) && options.overspendCredits;
  const partOf = (campaign: CampaignPlan): MeasuredPart => ({
    corrections,
    credit: credited ? mix(mix(options.seed, plan.index + 900), campaign.index) : 0,
    deliveries: campaign.lineItems.flatMap((lineItem) => deliveries(lineItem.ads)),
  });
  const above = (campaign: CampaignPlan): Ancestry => ({
    fundingInstrumentId: rows.fundingId(campaign.funding),
    campaignId: rows.campaignId(campaign),
  });
  const ad = (level: Level, one: AdPlan, group: readonly AdPlan[]): Measured =>
    measured(level, rows.adId(one), [{ credit: 0, corrections, deliveries: deliveries(group) }], {
      ...above(one.lineItem.campaign),
      lineItemId: rows.lineItemId(one.lineItem),
    });
  const groups = options.reusedTweets ? byTweet(plan.ads) : new Map<number, readonly AdPlan[]>();
  const fundings = plan.fundings.map((funding) => {
    const id = rows.fundingId(funding);
    const parts = plan.campaigns.filter((campaign) => campaign.funding.index === funding.index).map(partOf);
    return measured('FUNDING_INSTRUMENT', id, parts, { fundingInstrumentId: id });
  });
  const lineItems = plan.campaigns
    .flatMap((campaign) => campaign.lineItems)
    .map((lineItem) => {
      const id = rows.lineItemId(lineItem);
      const part = { credit: 0, corrections, deliveries: deliveries(lineItem.ads) };
      return measured('LINE_ITEM', id, [part], { ...above(lineItem.campaign), lineItemId: id });
    });
  return new Map<Level, ReadonlyMap<string, Measured>>([
    ['ACCOUNT', byId([measured('ACCOUNT', accountId, plan.campaigns.map(partOf))])],
    ['FUNDING_INSTRUMENT', byId(fundings)],
    [
      'CAMPAIGN',
      byId(plan.campaigns.map((one) => measured('CAMPAIGN', rows.campaignId(one), [partOf(one)], above(one)))),
    ],
    ['LINE_ITEM', byId(lineItems)],
    ['PROMOTED_TWEET', byId(plan.ads.map((one) => ad('PROMOTED_TWEET', one, groups.get(one.tweetOf) ?? [one])))],
    ['PROMOTED_ACCOUNT', byId(plan.followerAds.map((one) => ad('PROMOTED_ACCOUNT', one, [one])))],
  ]);
};
