-- Why: one row per ad-day in the shape of the Amplitude event, ready for a chart, a dbt source or a delivery. Every join
-- is on a primary key, so no row can fan out, and every join is outer, so no number is lost while a name is missing.

-- The ads as they are now, with the names above them and the place where they lead.
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
  -- X gives each ad of a shared tweet the numbers of all of them (reference §10.3): never add these up.
  ad.tweet_id is not null and exists (
    select from importer.entities other
    where other.account_id = ad.account_id and other.tweet_id = ad.tweet_id
      and other.level = 'PROMOTED_TWEET' and other.entity_id <> ad.entity_id
  ) as shared_tweet,
  coalesce(tweet.link_url, card.destination_url) as destination_url,
  case when tweet.link_url is null then card.destination_utm else tweet.link_utm end as utm
from importer.entities ad
left join importer.entities ad_group
  on ad_group.account_id = ad.account_id and ad_group.level = 'LINE_ITEM' and ad_group.entity_id = ad.line_item_id
left join importer.entities campaign
  on campaign.account_id = ad.account_id and campaign.level = 'CAMPAIGN' and campaign.entity_id = ad_group.campaign_id
left join importer.tweets tweet on tweet.account_id = ad.account_id and tweet.tweet_id = ad.tweet_id
left join importer.cards card on card.account_id = tweet.account_id and card.card_uri = tweet.card_uri
where ad.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT');

create view importer.daily_ad_metrics as
select
  fact.account_id as ad_account_id,
  fact.day,
  fact.level,
  ad.ad_group_id,
  ad.ad_group_name,
  ad.ad_group_status,
  fact.entity_id as ad_id,
  fact.app_clicks as ad_metrics_app_clicks,
  fact.clicks as ad_metrics_clicks,
  -- Micros are exact in six decimals; the currency stands in campaign_currency.
  (fact.cost_micro / 1000000.0)::numeric(24, 6) as ad_metrics_cost,
  fact.cost_micro as ad_metrics_cost_micro,
  fact.impressions as ad_metrics_impressions,
  fact.retweets as ad_metrics_retweets,
  fact.url_clicks as ad_metrics_url_clicks,
  'x'::text as ad_platform,
  ad.campaign_currency,
  ad.campaign_id,
  ad.campaign_name,
  ad.campaign_status,
  ad.tweet_id,
  coalesce(ad.shared_tweet, false) as shared_tweet,
  ad.destination_url,
  ad.utm->>'utm_source' as utm_source,
  ad.utm->>'utm_medium' as utm_medium,
  ad.utm->>'utm_campaign' as utm_campaign,
  ad.utm->>'utm_term' as utm_term,
  ad.utm->>'utm_content' as utm_content
from (
  select account_id, level, entity_id, day,
    sum(app_clicks)::bigint as app_clicks,
    sum(clicks)::bigint as clicks,
    sum(billed_charge_local_micro)::bigint as cost_micro,
    sum(impressions)::bigint as impressions,
    sum(retweets)::bigint as retweets,
    sum(url_clicks)::bigint as url_clicks
  from importer.facts
  where level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT')
  group by account_id, level, entity_id, day
) as fact
left join importer.ads ad on ad.account_id = fact.account_id and ad.level = fact.level and ad.ad_id = fact.entity_id;
