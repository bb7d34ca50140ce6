import { mix } from '../hash.js';
import { instant, type Json, type Row } from '../json.js';
import type { ZoneDays } from '../zone-days.js';
import { FOREVER } from './flights.js';
import { entityId } from './identifiers.js';
import { campaignName, lineItemName } from './names.js';
import { perDollar } from './places.js';
import { isMessy, type WorldOptions } from './options.js';
import {
  flightSpan,
  type AccountPlan,
  type AdPlan,
  type CampaignPlan,
  type FundingPlan,
  type LineItemPlan,
} from './plan.js';
import { adFields, campaignFields, fundingFields, lineItemFields } from './recorded-fields.js';
import { listed, type Listed } from './rows.js';

const HOUR = 3_600_000;

/**
 * Funding instruments, campaigns, line items and ads, with the fields and key order of API v12 (docs/x-ads-api.md §5.4,
 * §6).
 */
export class CampaignRows {
  readonly plan: AccountPlan;
  readonly #zone: ZoneDays;
  readonly #now: number;
  readonly #accountId: string;
  readonly #userId: string;
  readonly #first: number;
  readonly #messy: boolean;

  constructor(
    plan: AccountPlan,
    zone: ZoneDays,
    now: number,
    accountId: string,
    userId: string,
    { profile }: Pick<WorldOptions, 'profile'>,
  ) {
    this.plan = plan;
    this.#zone = zone;
    this.#now = now;
    this.#accountId = accountId;
    this.#userId = userId;
    this.#messy = isMessy(profile);
    this.#first = flightSpan(plan.ads, zone.dayOf(now / 1000)).from;
  }

  fundingId(funding: FundingPlan): string {
    return entityId('funding', this.plan.index, funding.index);
  }

  campaignId(campaign: CampaignPlan): string {
    return entityId('campaign', this.plan.index, campaign.index);
  }

  lineItemId(lineItem: LineItemPlan): string {
    return entityId('lineItem', this.plan.index, lineItem.index);
  }

  adId(ad: AdPlan): string {
    const follower = ad.index >= 1_000_000;
    return entityId(
      follower ? 'promotedAccount' : 'promotedTweet',
      this.plan.index,
      follower ? ad.index - 1_000_000 : ad.index,
    );
  }

  /**
   * Epoch milliseconds. Ads are created before their first flight and after their parents; later ids have later times.
   */
  createdAt(ad: AdPlan): number {
    return this.#start(0) + (ad.index % 1_000_000) * 60_000;
  }

  funding(funding: FundingPlan): Listed {
    const micros = Math.floor(perDollar(funding.currency) * 5_000_000) * 1_000_000;
    const createdAt = instant(this.#start(-40) + funding.index * HOUR);
    return listed({
      start_time: createdAt,
      description: funding.index === 0 ? 'Visa ending in 1881' : 'Insertion order “2026”',
      credit_limit_local_micro: funding.index === 0 ? null : micros,
      end_time: null,
      id: this.fundingId(funding),
      entity_status: 'ACTIVE',
      account_id: this.#accountId,
      reasons_not_able_to_fund: [],
      io_header: funding.index === 0 ? null : `io-${this.plan.index}`,
      currency: funding.currency,
      funded_amount_local_micro: funding.index === 0 ? null : micros,
      created_at: createdAt,
      type: funding.index === 0 ? 'CREDIT_CARD' : 'INSERTION_ORDER',
      able_to_fund: true,
      updated_at: createdAt,
      credit_remaining_local_micro: funding.index === 0 ? null : Math.floor(micros / 2),
      deleted: false,
      ...(this.#messy ? fundingFields(funding.index, instant(this.#now - HOUR * 24)) : {}),
    });
  }

  campaign(campaign: CampaignPlan): Listed {
    const { to } = flightSpan(
      campaign.lineItems.flatMap(({ ads }) => ads),
      this.#zone.dayOf(this.#now / 1000),
    );
    const expired = to !== FOREVER && this.#zone.start(to) * 1000 <= this.#now;
    const reasons = [
      ...(campaign.deleted ? ['DELETED'] : []),
      ...(campaign.status === 'PAUSED' ? ['PAUSED_BY_ADVERTISER'] : []),
      ...(expired ? ['EXPIRED'] : []),
    ];
    const createdAt = this.#start(-6) + campaign.index * 60_000;
    const oldStyle = campaign.index % 5 === 2;
    return listed({
      name: campaignName(campaign.index),
      budget_optimization: oldStyle ? 'CAMPAIGN' : 'LINE_ITEM',
      reasons_not_servable: reasons,
      servable: reasons.length === 0,
      purchase_order_number: campaign.index % 3 === 0 ? '' : null,
      effective_status: expired ? 'EXPIRED' : campaign.status,
      daily_budget_amount_local_micro: oldStyle ? this.#money(campaign, 400) : null,
      funding_instrument_id: this.fundingId(campaign.funding),
      duration_in_days: null,
      standard_delivery: oldStyle ? true : null,
      total_budget_amount_local_micro: null,
      id: this.campaignId(campaign),
      entity_status: campaign.status,
      frequency_cap: null,
      currency: campaign.funding.currency,
      created_at: instant(createdAt),
      updated_at: instant(createdAt + HOUR),
      deleted: campaign.deleted,
      ...(this.#messy ? campaignFields(campaign.index, this.#accountId, instant(createdAt)) : {}),
    });
  }

  lineItem(lineItem: LineItemPlan): Listed {
    const { campaign, index, ads } = lineItem;
    const { kind } = campaign;
    const { from, to } = flightSpan(ads, this.#zone.dayOf(this.#now / 1000));
    const createdAt = this.#start(-4) + index * 60_000;
    const app = kind.destination === 'app';
    return listed({
      advertiser_user_id: this.#userId,
      name: index % 8 === 6 ? null : lineItemName(index),
      placements: this.#placements(lineItem),
      start_time: instant(this.#zone.start(from) * 1000),
      bid_amount_local_micro: index % 4 === 1 ? this.#money(campaign, 2) : null,
      advertiser_domain: null,
      target_cpa_local_micro: null,
      primary_web_event_tag: null,
      goal: kind.goal,
      daily_budget_amount_local_micro: this.#money(campaign, 150),
      product_type: kind.productType,
      end_time: to === FOREVER ? null : instant(this.#zone.start(to) * 1000),
      funding_instrument_id: this.fundingId(campaign.funding),
      bid_strategy: index % 4 === 1 ? 'MAX' : 'AUTO',
      duration_in_days: null,
      standard_delivery: true,
      total_budget_amount_local_micro: null,
      objective: kind.objective,
      id: this.lineItemId(lineItem),
      entity_status: lineItem.status,
      automatic_tweet_promotion: null,
      frequency_cap: null,
      android_app_store_identifier: app ? 'com.example.shop' : null,
      categories: [],
      currency: campaign.funding.currency,
      pay_by: kind.payBy,
      created_at: instant(createdAt),
      ios_app_store_identifier: app ? '1234567890' : null,
      updated_at: instant(createdAt + HOUR),
      campaign_id: this.campaignId(campaign),
      creative_source: 'MANUAL',
      // Omitted, not null, when unset (docs/x-ads-api.md §4.1).
      ...(index % 5 === 3 ? { audience_expansion: 'DEFINED' } : {}),
      deleted: lineItem.deleted,
      ...(this.#messy ? lineItemFields(index, this.#accountId) : {}),
    });
  }

  promotedTweet(ad: AdPlan, tweetId: string): Listed {
    const row: Row = { ...this.#adHead(ad), tweet_id: tweetId, deleted: ad.deleted };
    return listed(row, { hidden: ad.deleted || ad.lineItem.deleted });
  }

  promotedAccount(ad: AdPlan): Listed {
    const { line_item_id, ...head } = this.#adHead(ad);
    const row: Row = { line_item_id: line_item_id ?? null, user_id: this.#userId, ...head, deleted: ad.deleted };
    return listed(row, { hidden: ad.deleted || ad.lineItem.deleted });
  }

  #adHead(ad: AdPlan): Record<string, Json> {
    const createdAt = this.createdAt(ad);
    return {
      line_item_id: this.lineItemId(ad.lineItem),
      id: this.adId(ad),
      entity_status: ad.status,
      created_at: instant(createdAt),
      updated_at: instant(createdAt + HOUR * (1 + (mix(ad.index, 5) % 12))),
      approval_status: 'ACCEPTED',
      ...(this.#messy ? adFields(ad.index) : {}),
    };
  }

  #placements({ placements, index }: LineItemPlan): readonly string[] {
    if (placements[0] === 1) return ['SPOTLIGHT'];
    if (placements[0] === 2) return ['TREND'];
    return index % 6 === 2 ? ['TWITTER_TIMELINE', 'TWITTER_SEARCH'] : ['ALL_ON_TWITTER'];
  }

  #money(campaign: CampaignPlan, dollars: number): number {
    return Math.floor(dollars * perDollar(campaign.funding.currency)) * 1_000_000;
  }

  /** The start of a day, counted from two days before the first flight, in epoch milliseconds. */
  #start(days: number): number {
    return this.#zone.start(this.#first + days - 2) * 1000;
  }
}
