import { instant, type Row } from '../json.js';
import type { Measurements } from '../numbers/measured.js';
import { oddityOfAd, type Oddity } from '../numbers/oddities.js';
import type { OrderedRestatement } from '../numbers/restatement.js';
import { epochDay, zoneDays, type ZoneDays } from '../zone-days.js';
import { steadyCalendar, switchedCalendar, type Calendar } from '../zone-switch.js';
import { CampaignRows } from './campaign-rows.js';
import { simulatedCard, tweetIdOf, simulatedTweet, type SimulatedCard, type Creative } from './creative-rows.js';
import { destinationOf } from './destinations.js';
import {
  hostileAccount,
  hostileAds,
  hostileCampaigns,
  hostileCards,
  hostileFundings,
  hostileLineItems,
  hostileTweets,
  unreadableNumbers,
  unreadableRows,
  type LeftOut,
} from './hostile-rows.js';
import { accountId, entityId } from './identifiers.js';
import { measurements } from './measurements.js';
import { businessName } from './names.js';
import { isMessy, type WorldOptions } from './options.js';
import { placeOf } from './places.js';
import { planAccount, type AccountPlan, type AdPlan } from './plan.js';
import { accountFields, NO_SWITCH } from './recorded-fields.js';
import { listed, type Listed } from './rows.js';
import { supplementaryRows, type SupplementaryRows } from './supplementary-rows.js';

/** One ads account with its entities, and the deliveries from which its numbers are computed. */
export interface WorldAccount extends SupplementaryRows {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  /** The account as X answers it at a moment of data time (epoch seconds). */
  readonly row: (observed: number) => Row;
  /** The zone before any switch. */
  readonly zone: ZoneDays;
  readonly calendar: Calendar;
  readonly currencies: readonly string[];
  readonly fundings: readonly Listed[];
  readonly campaigns: readonly Listed[];
  readonly lineItems: readonly Listed[];
  readonly promotedTweets: readonly Listed[];
  readonly promotedAccounts: readonly Listed[];
  readonly tweets: readonly Listed[];
  readonly cards: readonly SimulatedCard[];
  readonly measured: Measurements;
  readonly oddities: ReadonlyMap<string, Oddity> | null;
  /** Corrections that a person orders while the simulator runs. */
  readonly orders: OrderedRestatement[];
  /** What a right importer leaves out, and says so: nothing but in the profile `hostile`. */
  readonly leftOut: readonly LeftOut[];
}

const accountRow = (
  { profile }: WorldOptions,
  index: number,
  id: string,
  zone: ZoneDays,
  now: number,
  today: number,
): Row => {
  const created = zone.start(today - 1_500 + index) * 1000;
  return {
    name: businessName(index),
    business_name: businessName(index),
    timezone: zone.zone,
    // Always a local midnight (docs/x-ads-api.md §5.1): of the account's first day until the account switches its zone.
    timezone_switch_at: instant(created),
    country_code: placeOf(index).country,
    id,
    created_at: instant(created + 36_000_000),
    updated_at: instant(Math.min(now, created + 90_000_000)),
    industry_type: null,
    business_id: null,
    approval_status: 'ACCEPTED',
    deleted: false,
    ...(isMessy(profile) ? accountFields(index, businessName(index)) : {}),
    ...(isMessy(profile) && index % 4 === 2 ? NO_SWITCH : {}),
    ...(profile === 'hostile' ? hostileAccount(index) : {}),
  };
};

const calendarOf = ({ timezoneSwitches = [] }: WorldOptions, index: number, zone: ZoneDays): Calendar => {
  const [own, second] = timezoneSwitches.filter(({ account }) => account === index);
  if (second !== undefined) throw new Error(`The account ${index} can switch its time zone only once.`);
  return own === undefined ? steadyCalendar(zone) : switchedCalendar(zone, own.zone, epochDay(own.day));
};

/** From the switch on, X answers the new zone and the moment of the switch. */
const rowAt = (row: Row, calendar: Calendar, observed: number): Row => {
  const { switchedAt } = calendar;
  if (switchedAt === null || observed < switchedAt) return row;
  const moment = instant(switchedAt * 1000);
  return { ...row, timezone: calendar.at(observed).zone, timezone_switch_at: moment, updated_at: moment };
};

/** A draft has no ads and no numbers, and is listed only with `with_draft`. */
const drafts = (account: number, from: Listed | undefined, kind: 'campaign' | 'lineItem'): Listed[] => {
  if (from === undefined) return [];
  const id = entityId(kind, account, 90_000);
  return [listed({ ...from.row, id, name: 'Untitled draft', entity_status: 'DRAFT', deleted: false })];
};

const creativesOf = (plan: AccountPlan, options: WorldOptions, rows: CampaignRows, userId: string): Creative[] =>
  plan.ads.map((ad) => ({
    index: ad.index,
    account: plan.index,
    createdAt: rows.createdAt(ad) - 3_600_000,
    userId,
    screenName: `brand_${plan.index + 1}`,
    destination: destinationOf(options.profile, ad),
  }));

/** The account as the profile `hostile` shows it. Its numbers are the same. */
const hostile = (account: WorldAccount, plan: AccountPlan, rows: CampaignRows): WorldAccount => {
  const oddities = new Map<string, Oddity>();
  for (const ad of plan.ads) {
    const oddity = oddityOfAd(ad.index);
    if (oddity !== undefined) oddities.set(rows.adId(ad), oddity);
  }
  return {
    ...account,
    fundings: hostileFundings(account.fundings),
    campaigns: hostileCampaigns(account.campaigns),
    lineItems: hostileLineItems(account.lineItems),
    promotedTweets: hostileAds(account.promotedTweets),
    tweets: hostileTweets(account.tweets),
    cards: hostileCards(account.cards),
    oddities,
    leftOut: [...unreadableRows(account.lineItems, account.promotedTweets), ...unreadableNumbers(oddities)],
  };
};

export const buildAccount = (options: WorldOptions, index: number, now: number): WorldAccount => {
  const place = placeOf(index);
  const zone = zoneDays(place.zone);
  const first =
    options.since === undefined ? zone.dayOf(Math.floor(now / 1000)) - options.days : epochDay(options.since);
  const today = first + options.days;
  const plan = planAccount(options, index, place, first, today);
  const id = accountId(options.seed, index);
  const userId = String(756_201_000 + index);
  const rows = new CampaignRows(plan, zone, now, id, userId, options);
  const creatives = creativesOf(plan, options, rows, userId);
  const own = plan.ads.filter((ad) => ad.tweetOf === ad.index).flatMap((ad) => creatives[ad.index] ?? []);
  const tweetOf = (ad: AdPlan): string => {
    const creative = creatives[ad.tweetOf];
    return creative === undefined ? '0' : tweetIdOf(creative);
  };
  const lineItems = plan.campaigns.flatMap((campaign) => campaign.lineItems);
  const campaigns = plan.campaigns.map((campaign) => rows.campaign(campaign));
  const lineItemRows = lineItems.map((lineItem) => rows.lineItem(lineItem));
  const simple = options.profile === 'always-on';
  const calendar = calendarOf(options, index, zone);
  const row = accountRow(options, index, id, zone, now, today);
  const account: WorldAccount = {
    index,
    id,
    name: businessName(index),
    row: (observed) => rowAt(row, calendar, observed),
    zone,
    calendar,
    orders: plan.orders,
    currencies: [...new Set(plan.fundings.map(({ currency }) => currency))],
    fundings: plan.fundings.map((funding) => rows.funding(funding)),
    campaigns: [...campaigns, ...(simple ? [] : drafts(index, campaigns[0], 'campaign'))],
    lineItems: [...lineItemRows, ...(simple ? [] : drafts(index, lineItemRows[0], 'lineItem'))],
    promotedTweets: plan.ads.map((ad) => rows.promotedTweet(ad, tweetOf(ad))),
    promotedAccounts: plan.followerAds.map((ad) => rows.promotedAccount(ad)),
    // X leaves deleted tweets out of the answer (docs/x-ads-api.md §7, inferred).
    tweets: own.filter((creative) => !isMessy(options.profile) || creative.index % 29 !== 11).map(simulatedTweet),
    cards: own.flatMap((creative) => simulatedCard(creative) ?? []),
    ...supplementaryRows(plan, rows, userId),
    measured: measurements(rows, options, id),
    oddities: null,
    leftOut: [],
  };
  return options.profile === 'hostile' ? hostile(account, plan, rows) : account;
};
