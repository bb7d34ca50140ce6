-- Why: sums per parent and money need what is above each entity, and the currency.

-- A name that is missing leaves nulls, never a missing row.
create view importer.entity_parents as
select
  e.account_id,
  e.level,
  e.entity_id,
  e.name,
  case when e.level = 'LINE_ITEM' then e.entity_id else e.line_item_id end as line_item_id,
  case when e.level = 'CAMPAIGN' then e.entity_id
    else coalesce(e.campaign_id, line_item.campaign_id) end as campaign_id,
  case when e.level = 'FUNDING_INSTRUMENT' then e.entity_id
    else coalesce(e.funding_instrument_id, campaign.funding_instrument_id, line_item.funding_instrument_id) end
    as funding_instrument_id,
  coalesce(e.currency, line_item.currency, campaign.currency, funding.currency,
    case when cardinality(a.currencies) = 1 then a.currencies[1] end) as currency,
  e.tweet_id,
  -- X gives each ad of a shared tweet the numbers of all of them (docs/x-ads-api.md §10.3).
  coalesce(tweet.ads > 1, false) as shared_tweet,
  -- Shared with an ad of another line item: then X does not say which part of the numbers is whose.
  coalesce(tweet.across_line_items, false) as shared_across_line_items
from importer.entities e
join importer.accounts a on a.id = e.account_id
left join importer.entities line_item
  on line_item.account_id = e.account_id and line_item.level = 'LINE_ITEM' and line_item.entity_id = e.line_item_id
left join importer.entities campaign
  on campaign.account_id = e.account_id and campaign.level = 'CAMPAIGN'
  and campaign.entity_id = coalesce(e.campaign_id, line_item.campaign_id)
left join importer.entities funding
  on funding.account_id = e.account_id and funding.level = 'FUNDING_INSTRUMENT'
  and funding.entity_id = coalesce(e.funding_instrument_id, campaign.funding_instrument_id)
left join (
  select account_id, tweet_id, count(*) as ads, min(line_item_id) <> max(line_item_id) as across_line_items
  from importer.entities where level = 'PROMOTED_TWEET' and tweet_id is not null group by 1, 2
) as tweet on e.level = 'PROMOTED_TWEET' and tweet.account_id = e.account_id and tweet.tweet_id = e.tweet_id;
