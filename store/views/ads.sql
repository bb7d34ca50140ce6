-- Why: the names above an ad and the place where it leads are needed wherever an ad is shown. Every join is on a
-- primary key, so no row can fan out, and every join is outer, so no ad is lost while a name is missing.

-- The ads as they are now.
create view importer.ads as
select
  ad.account_id,
  ad.level,
  ad.entity_id as ad_id,
  ad.status as ad_status,
  ad.deleted as ad_deleted,
  ad.line_item_id as ad_group_id,
  ad_group.name as ad_group_name,
  ad_group.status as ad_group_status,
  ad_group.campaign_id,
  campaign.name as campaign_name,
  campaign.status as campaign_status,
  coalesce(campaign.currency, ad_group.currency) as campaign_currency,
  ad.tweet_id,
  ad.user_id,
  tweet.full_text as ad_text,
  -- X gives each ad of a shared tweet the numbers of all of them (docs/x-ads-api.md §10.3): never add these up.
  ad.tweet_id is not null and exists (
    select from importer.entities other
    where other.account_id = ad.account_id and other.tweet_id = ad.tweet_id
      and other.level = 'PROMOTED_TWEET' and other.entity_id <> ad.entity_id
  ) as shared_tweet,
  case taken.from when 'text' then tweet.link_url when 'card' then card.destination_url end as destination_url,
  case taken.from when 'text' then tweet.link_utm when 'card' then card.destination_utm end as utm,
  taken.from as destination_from
from importer.entities ad
left join importer.entities ad_group
  on ad_group.account_id = ad.account_id and ad_group.level = 'LINE_ITEM' and ad_group.entity_id = ad.line_item_id
left join importer.entities campaign
  on campaign.account_id = ad.account_id and campaign.level = 'CAMPAIGN' and campaign.entity_id = ad_group.campaign_id
left join importer.tweets tweet on tweet.account_id = ad.account_id and tweet.tweet_id = ad.tweet_id
left join importer.cards card on card.account_id = tweet.account_id and card.card_uri = tweet.card_uri
cross join lateral (
  -- The text's link, unless it says nothing of the campaign and the card's does.
  select case
    when tweet.link_url is not null and (tweet.link_utm is not null or card.destination_utm is null) then 'text'
    when card.destination_url is not null then 'card' end as "from"
) as taken
where ad.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT');
