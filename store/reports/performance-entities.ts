import type { PerformanceLevel } from '../../domain/performance.js';

/** The condition that a column is one of the accounts that the viewer sees. */
export type InAccounts = (column: string) => string;

const statusOf = (alias: string): string => `case when ${alias}.deleted then 'DELETED' else ${alias}.status end`;
/** The value that all of a group have; null where they differ, or one has none. */
const agreed = (column: string): string =>
  `case when count(*) = count(${column}) and min(${column}) = max(${column}) then min(${column}) end`;
const UTM = ['source', 'medium', 'campaign', 'term', 'content'].map((name) => `utm_${name}`);
const HOST = `lower(substring(a.destination_url from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:]+)'))`;
const PATH = `case when a.destination_url ~ '^[A-Za-z][A-Za-z0-9+.-]*://' then
  coalesce(nullif(substring(a.destination_url from '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*([^?#]*)'), ''), '/') end`;

/** X's levels whose parents are needed. */
const PARENTS: Readonly<Record<PerformanceLevel, string>> = {
  campaign: `'CAMPAIGN'`,
  ad_group: `'LINE_ITEM', 'CAMPAIGN'`,
  ad: `'PROMOTED_TWEET', 'PROMOTED_ACCOUNT'`,
};

/** What is looked up of an ad where it is needed: of one ad, and of all that share its tweet. */
interface OfAd {
  readonly one: string;
  readonly all: (column: string) => string;
  /** Its tweet and card must be looked at. */
  readonly isOfPage?: true;
}
const least = (column: string): string => `min(${column})`;
const TEXTS = ['ad_text', 'ad_group_name', 'campaign_name'];
const OF_AD: Readonly<Record<string, OfAd>> = {
  funding_instrument: { one: 'p.funding_instrument_id', all: agreed },
  campaign: { one: 'p.campaign_id', all: agreed },
  ad_group: { one: 'p.line_item_id', all: agreed },
  status: { one: 'p.status', all: agreed },
  ...Object.fromEntries(UTM.map((name) => [name, { one: `a.utm ->> '${name}'`, all: least, isOfPage: true }])),
  destination_host: { one: HOST, all: least, isOfPage: true },
  destination_path: { one: PATH, all: least, isOfPage: true },
  ad_text: { one: 'a.ad_text', all: least, isOfPage: true },
  ad_group_name: { one: 'a.ad_group_name', all: agreed, isOfPage: true },
  campaign_name: { one: 'a.campaign_name', all: agreed, isOfPage: true },
};

const ofLevel: Readonly<Record<PerformanceLevel, (inAccounts: InAccounts, needed: ReadonlySet<string>) => string>> = {
  campaign: () => `
  known_campaign as materialized (
    select account_id, level, entity_id, currency, funding_instrument_id as funding_instrument, campaign_id as campaign,
      objective, status, false as shared, name as names
    from parents where level = 'CAMPAIGN'
  )`,
  ad_group: () => `
  known_ad_group as materialized (
    select p.account_id, p.level, p.entity_id, p.currency, p.funding_instrument_id as funding_instrument,
      p.campaign_id as campaign, p.objective, p.status, false as shared, p.entity_id as ad_group,
      concat_ws(' ', p.name, c.name) as names
    from parents p
    left join parents c on c.account_id = p.account_id and c.level = 'CAMPAIGN' and c.entity_id = p.campaign_id
    where p.level = 'LINE_ITEM'
  )`,
  // Parsing the addresses of thousands of ads takes long, and so does comparing what is known of each: few share a tweet.
  ad: (inAccounts, needed) => {
    const hasNames = needed.has('names');
    const columns = Object.entries(OF_AD).filter(([name]) => needed.has(name) || (hasNames && TEXTS.includes(name)));
    const list = (column: (name: string, of: OfAd) => string): string =>
      columns.map(([name, of]) => `, ${column(name, of)}`).join('');
    const pages = columns.some(([, { isOfPage }]) => isOfPage)
      ? `join importer.ads a
      on ${inAccounts('a.account_id')} and a.account_id = p.account_id and a.level = p.level and a.ad_id = p.entity_id`
      : '';
    return `
  sharing as materialized (
    select account_id, level, entity_id, tweet_id, min(entity_id) over (partition by account_id, tweet_id) as first_ad
    from parents where level = 'PROMOTED_TWEET' and shared_tweet
  ),
  each_ad as materialized (
    select p.account_id, p.level, coalesce(s.first_ad, p.entity_id) as entity_id, p.shared_tweet as shared, p.currency,
      p.objective${list((name, { one }) => `${one} as ${name}`)}
    from parents p
    ${pages}
    left join sharing s on s.account_id = p.account_id and s.level = p.level and s.entity_id = p.entity_id
    where p.level in (${PARENTS.ad})
  ),
  known_ad as materialized (
    select *, entity_id as ad${hasNames ? `, concat_ws(' ', ${TEXTS.join(', ')}) as names` : ''}
    from (
      select * from each_ad where not shared
      union all
      select account_id, level, entity_id, true, ${agreed('currency')}, ${agreed('objective')}${list((name, { all }) => all(name))}
      from each_ad where shared group by 1, 2, 3
    ) as known
  )`;
  },
};

/**
 * What is known of the entities of these levels: above each, and of an ad where it leads; of that only the columns that are
 * needed, by dimension, and `names`. Each relation names the accounts, because Postgres hands only some conditions on to
 * what a view joins.
 */
export const knownOf = (
  levels: readonly PerformanceLevel[],
  needed: ReadonlySet<string>,
  inAccounts: InAccounts,
): readonly string[] => [
  `objectives as materialized (
    select account_id, campaign_id, ${agreed('objective')} as objective from importer.entities
    where ${inAccounts('account_id')} and level = 'LINE_ITEM' group by 1, 2
  )`,
  `parents as materialized (
    select p.account_id, p.level, p.entity_id, p.name, p.line_item_id, p.campaign_id, p.funding_instrument_id, p.currency, p.tweet_id,
      p.shared_tweet, o.objective, ${needed.has('status') ? statusOf('e') : 'null::text'} as status
    from importer.entity_parents p
    ${needed.has('status') ? 'join importer.entities e using (account_id, level, entity_id)' : ''}
    left join objectives o on o.account_id = p.account_id and o.campaign_id = p.campaign_id
    where ${inAccounts('p.account_id')} and p.level in (${levels.map((level) => PARENTS[level]).join(', ')})
  )`,
  ...levels.map((level) => ofLevel[level](inAccounts, needed)),
];
