-- Why: one row per ad-day in the shape of the Amplitude event, ready for a chart, a dbt source or a delivery. The join
-- is outer, so no number is lost while the ad is not known yet.

create view importer.daily_ad_metrics as
select
  fact.account_id as ad_account_id,
  fact.day,
  fact.level,
  ad.ad_group_id,
  ad.ad_group_name,
  ad.ad_group_status,
  fact.entity_id as ad_id,
  ad.ad_status,
  ad.ad_text,
  fact.app_clicks as ad_metrics_app_clicks,
  fact.clicks as ad_metrics_clicks,
  -- A product is exact, also of a fraction of a micro; the currency stands in campaign_currency.
  fact.cost_micro * 0.000001 as ad_metrics_cost,
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
  ad.destination_from,
  ad.utm->>'utm_source' as utm_source,
  ad.utm->>'utm_medium' as utm_medium,
  ad.utm->>'utm_campaign' as utm_campaign,
  ad.utm->>'utm_term' as utm_term,
  ad.utm->>'utm_content' as utm_content
from (
  select account_id, level, entity_id, day,
    sum(app_clicks) as app_clicks,
    sum(clicks) as clicks,
    sum(billed_charge_local_micro) as cost_micro,
    sum(impressions) as impressions,
    sum(retweets) as retweets,
    sum(url_clicks) as url_clicks
  from importer.facts
  where level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT')
  group by account_id, level, entity_id, day
) as fact
left join importer.ads ad on ad.account_id = fact.account_id and ad.level = fact.level and ad.ad_id = fact.entity_id;
