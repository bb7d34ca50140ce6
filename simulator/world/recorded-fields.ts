import { mix } from '../hash.js';
import type { Json, Row } from '../json.js';

/*
 * Fields and values of recorded real answers that the reference does not have, and every amount and status filled
 * somewhere. DIFFERENCES.md says how sure each is. The index of an entity decides which of them it has.
 */

/** Keys with the values to choose from. */
type Choices = Readonly<Record<string, readonly Json[]>>;

/** One of the values for each key. Each key has a hash of its own, so that they do not change together. */
const chosen = (choices: Choices, index: number): Row =>
  Object.fromEntries(
    Object.entries(choices).map(([key, values], at) => [key, values[mix(index, 31 + at) % values.length] ?? null]),
  );

/** Micros of whole units, as X has them. */
const UNIT = 1_000_000;

export const accountFields = (index: number, name: string): Row => ({
  ...chosen({ industry_type: [null, 'RETAIL', 'TRAVEL'], business_id: [null, 'bw6t', '2k9xq'] }, index),
  business_name: index % 3 === 1 ? null : name,
  salt: mix(index, 9).toString(16).padStart(32, '0'),
});

/** Only where the account has never switched its zone. */
export const NO_SWITCH: Row = { timezone_switch_at: null };

export const fundingFields = (index: number, endTime: string): Row => ({
  cancelled: false,
  paused: index % 2 === 1,
  ...(index % 2 === 1
    ? { end_time: endTime, able_to_fund: false, reasons_not_able_to_fund: ['EXPIRED', 'BUDGET_EXHAUSTED'] }
    : {}),
});

const CAMPAIGN: Choices = {
  duration_in_days: [null, null, 7],
  frequency_cap: [null, null, 3],
  total_budget_amount_local_micro: [null, 5_000 * UNIT],
  purchase_order_number: [null, '', 'PO-2026/17'],
};

/** Campaigns had dates until version 11, and some recordings of version 12 still have them. */
export const campaignFields = (index: number, accountId: string, startTime: string): Row => ({
  ...chosen(CAMPAIGN, index),
  ...(index % 4 === 2 ? { servable: null } : {}),
  ...(index % 3 === 1 ? { effective_status: index % 2 === 0 ? 'RUNNING' : 'PAUSED_BY_ADVERTISER' } : {}),
  account_id: accountId,
  start_time: startTime,
  end_time: null,
});

const LINE_ITEM: Choices = {
  advertiser_domain: [null, 'example.com'],
  target_cpa_local_micro: [null, null, 12 * UNIT],
  primary_web_event_tag: [null, 'o1abc'],
  duration_in_days: [null, null, 7],
  frequency_cap: [null, null, 5],
  total_budget_amount_local_micro: [null, 900 * UNIT],
  standard_delivery: [true, false, null],
  automatic_tweet_promotion: [null, true, false],
};

/** Of versions before 12; recordings have them beside the fields of today. */
const OLD_LINE_ITEM: Choices = {
  automatically_select_bid: [true, false],
  bid_type: ['MAX', 'AUTO'],
  bid_unit: ['LINK_CLICK', 'VIEW'],
  charge_by: ['LINK_CLICK', 'VIEW'],
  include_sentiment: ['POSITIVE_ONLY', 'ALL'],
  optimization: ['DEFAULT', 'WEBSITE_CONVERSIONS'],
  placement_type: ['ALL_ON_TWITTER', 'PUBLISHER_NETWORK'],
};

export const lineItemFields = (index: number, accountId: string): Row => ({
  ...chosen(LINE_ITEM, index),
  ...(index % 9 === 8 ? { start_time: null } : {}),
  ...(index % 10 === 9 ? { goal: null } : {}),
  ...(index % 5 === 4 ? { daily_budget_amount_local_micro: null } : {}),
  categories: index % 4 === 0 ? ['IAB1', 'IAB3-2'] : [],
  account_id: accountId,
  ...(index % 3 === 0 ? chosen(OLD_LINE_ITEM, index) : {}),
});

/** X reviews each ad. What it says of the ad says nothing of the numbers. */
export const adFields = (index: number): Row => {
  const statuses = { 3: 'REJECTED', 9: 'UNDER_REVIEW', 12: 'CANCELED' } as const;
  const [, status] = Object.entries(statuses).find(([rest]) => index % 17 === Number(rest)) ?? [];
  return status === undefined ? {} : { approval_status: status };
};
