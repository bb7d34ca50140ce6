import { createRandom, mix, unit, type Random } from '../hash.js';
import type { Delivery, Flight } from '../numbers/delivery.js';
import type { OrderedRestatement } from '../numbers/restatement.js';
import { FOREVER, endFlights, flightsOf } from './flights.js';
import { FOLLOWERS, kindOf, ratesBySlot, type CampaignKind } from './kinds.js';
import { isMessy, type Profile, type WorldOptions } from './options.js';
import { perDollar, type Place } from './places.js';

export interface FundingPlan {
  readonly index: number;
  readonly currency: string;
}

export interface CampaignPlan {
  readonly index: number;
  readonly kind: CampaignKind;
  readonly funding: FundingPlan;
  readonly status: 'ACTIVE' | 'PAUSED';
  readonly deleted: boolean;
  readonly lineItems: LineItemPlan[];
}

export interface LineItemPlan {
  readonly index: number;
  readonly campaign: CampaignPlan;
  readonly status: 'ACTIVE' | 'PAUSED';
  readonly deleted: boolean;
  /** The placements with numbers, as indexes into PLACEMENTS. */
  readonly placements: readonly number[];
  readonly ads: AdPlan[];
}

export interface AdPlan {
  readonly index: number;
  readonly lineItem: LineItemPlan;
  readonly status: 'ACTIVE' | 'PAUSED';
  readonly deleted: boolean;
  readonly delivery: Delivery;
  /** The index of the ad whose tweet this ad promotes: its own or an earlier ad's (docs/x-ads-api.md §10.3). */
  readonly tweetOf: number;
}

export interface AccountPlan {
  readonly index: number;
  readonly place: Place;
  readonly fundings: readonly FundingPlan[];
  readonly campaigns: readonly CampaignPlan[];
  /** Promoted tweets, in the order of creation. */
  readonly ads: readonly AdPlan[];
  /** Promoted accounts of the follower campaigns. */
  readonly followerAds: readonly AdPlan[];
  /** Corrections that a person orders while the simulator runs. */
  readonly orders: OrderedRestatement[];
}

interface Setting {
  readonly options: WorldOptions;
  readonly account: number;
  readonly first: number;
  readonly today: number;
  readonly orders: OrderedRestatement[];
}

const planFundings = ({ options }: Setting, place: Place): FundingPlan[] => {
  const own = { index: 0, currency: place.currency };
  if (options.profile === 'always-on') return [own];
  const messy = isMessy(options.profile) ? place.otherCurrency : place.currency;
  const otherCurrency = options.profile === 'hostile' ? HUGE_CURRENCY : messy;
  return [own, { index: 1, currency: otherCurrency }];
};

/** Takeovers have placements of their own, outside ALL_ON_TWITTER (docs/x-ads-api.md §14, pitfall 22). */
const placementsOf = (profile: Profile, lineItem: number): readonly number[] => {
  if (isMessy(profile) && lineItem % 11 === 4) return [1];
  if (isMessy(profile) && lineItem % 11 === 8) return [0, 2];
  if (isMessy(profile) && lineItem % 11 === 9) return [2];
  return profile === 'flighted' && lineItem % 30 === 7 ? [1] : [0];
};

/** In this currency a day's spend may be beyond 2^53 micros: 9 billion dong are 350,000 dollars. */
const HUGE_CURRENCY = 'VND';
const HUGE = 4_000;

const deliveryOf = (
  key: number,
  random: Random,
  lineItem: LineItemPlan,
  flights: readonly Flight[],
  { options: { corrections, profile }, orders }: Setting,
): Delivery => {
  const { kind, funding } = lineItem.campaign;
  const isHuge = profile === 'hostile' && funding.currency === HUGE_CURRENCY;
  const perImpression = (kind.dollarsPerThousand / 1000) * perDollar(funding.currency) * 1_000_000;
  return {
    key,
    flights,
    placements: lineItem.placements,
    // A cube, because few ads get most of the impressions.
    impressionsPerDay: 150 + Math.floor(random() ** 3 * 12_000),
    microsPerImpression: perImpression * (0.6 + 0.8 * random()) * (isHuge ? HUGE : 1),
    rates: ratesBySlot(kind, (slot) => 0.6 + 0.8 * unit(mix(key, 500 + slot))),
    bend: 0.2 + 0.6 * random(),
    conversions:
      profile === 'hostile' ? kind.conversions.map((one) => ({ ...one, hasDecimals: true })) : kind.conversions,
    corrections,
    orders,
    spendStep: isHuge ? 1_000_000 : 1,
  };
};

const planAd = (setting: Setting, lineItem: LineItemPlan, index: number, earlier: readonly AdPlan[]): AdPlan => {
  const { options, account, first, today } = setting;
  const { profile } = options;
  const key = mix(mix(options.seed, account + 1), 7_919 + index);
  const random = createRandom(key);
  const messy = isMessy(profile);
  const paused = messy && index % 23 === 5;
  const deleted = profile !== 'always-on' && index % 19 === 3;
  let flights: readonly Flight[] = flightsOf(profile, random, first, today);
  const ended = paused || deleted || lineItem.deleted || lineItem.status === 'PAUSED';
  const start = flights[0]?.from ?? first;
  if (ended) flights = endFlights(flights, Math.max(start + 1, today - 1 - Math.floor(random() * (today - first))));
  if (index < options.ads * options.endedShare) flights = endFlights(flights, today - 3 - (index % 3));
  const other = earlier[index - 6];
  const reuses =
    messy && index % 12 === 7 && other?.lineItem.campaign === lineItem.campaign && other.lineItem !== lineItem;
  return {
    index,
    lineItem,
    status: paused ? 'PAUSED' : 'ACTIVE',
    deleted,
    delivery: deliveryOf(key, random, lineItem, flights, setting),
    tweetOf: reuses ? other.tweetOf : index,
  };
};

const planCampaign = (setting: Setting, index: number, kind: CampaignKind, funding: FundingPlan): CampaignPlan => {
  const messy = isMessy(setting.options.profile);
  return {
    index,
    kind,
    funding,
    status: messy && index % 6 === 3 ? 'PAUSED' : 'ACTIVE',
    deleted: messy && index % 9 === 4,
    lineItems: [],
  };
};

const planLineItem = (setting: Setting, index: number, campaign: CampaignPlan): LineItemPlan => {
  const { profile } = setting.options;
  const lineItem: LineItemPlan = {
    index,
    campaign,
    status: campaign.status === 'PAUSED' || (isMessy(profile) && index % 7 === 2) ? 'PAUSED' : 'ACTIVE',
    deleted: campaign.deleted || (isMessy(profile) && index % 13 === 5),
    placements: placementsOf(profile, index),
    ads: [],
  };
  campaign.lineItems.push(lineItem);
  return lineItem;
};

const planFollowers = (setting: Setting, campaign: CampaignPlan, lineItemIndex: number): AdPlan[] => {
  const { profile, ads } = setting.options;
  const lineItem: LineItemPlan = {
    ...planLineItem(setting, lineItemIndex, campaign),
    status: 'ACTIVE',
    deleted: false,
    placements: [0],
  };
  campaign.lineItems.splice(0, campaign.lineItems.length, lineItem);
  const count = isMessy(profile) ? 1 + Math.floor(ads / 100) : 1;
  for (let i = 0; i < count; i += 1) lineItem.ads.push(planAd(setting, lineItem, 1_000_000 + i, []));
  return lineItem.ads;
};

/** Plans one account: about one campaign for twenty ads, and one line item for five. */
export const planAccount = (
  options: WorldOptions,
  account: number,
  place: Place,
  first: number,
  today: number,
): AccountPlan => {
  const setting: Setting = { options, account, first, today, orders: [] };
  const fundings = planFundings(setting, place);
  const fundingOf = (index: number): FundingPlan => fundings[index % fundings.length] ?? { index: 0, currency: 'USD' };
  const campaignCount = Math.max(1, Math.round(options.ads / 20));
  const lineItemCount = Math.max(campaignCount, Math.round(options.ads / 5));
  const campaigns: CampaignPlan[] = [];
  for (let index = 0; index < campaignCount; index += 1) {
    campaigns.push(planCampaign(setting, index, kindOf(options.profile, account, index), fundingOf(index)));
  }
  const lineItems: LineItemPlan[] = [];
  for (let index = 0; index < lineItemCount; index += 1) {
    const campaign = campaigns[Math.floor((index * campaignCount) / lineItemCount)];
    if (campaign !== undefined) lineItems.push(planLineItem(setting, index, campaign));
  }
  const ads: AdPlan[] = [];
  for (let index = 0; index < options.ads; index += 1) {
    const lineItem = lineItems[Math.floor((index * lineItemCount) / options.ads)];
    if (lineItem === undefined) continue;
    const ad = planAd(setting, lineItem, index, ads);
    lineItem.ads.push(ad);
    ads.push(ad);
  }
  const follower: CampaignPlan = {
    ...planCampaign(setting, campaignCount, FOLLOWERS, fundingOf(0)),
    status: 'ACTIVE',
    deleted: false,
  };
  campaigns.push(follower);
  const followerAds = planFollowers(setting, follower, lineItemCount);
  return { index: account, place, fundings, campaigns, ads, followerAds, orders: setting.orders };
};

/**
 * From the first day of any flight of the ads to the last, the end exclusive; the one day `otherwise` without flights.
 */
export const flightSpan = (ads: readonly AdPlan[], otherwise: number): Flight => {
  let from = FOREVER;
  let to = 0;
  for (const { delivery } of ads) {
    for (const flight of delivery.flights) {
      from = Math.min(from, flight.from);
      to = Math.max(to, flight.to);
    }
  }
  return to === 0 ? { from: otherwise, to: otherwise + 1 } : { from, to };
};
