-- Why: money that must agree with X's bill is the campaigns', and no ad of a shared tweet is in it twice
-- (docs/x-ads-api.md §10.2, §10.3).

-- One row per campaign and day, over all placements, with the names and the funding instrument as they are now.
create view importer.daily_campaign_metrics as
select
  fact.account_id as ad_account_id,
  fact.day,
  fact.entity_id as campaign_id,
  campaign.name as campaign_name,
  campaign.status as campaign_status,
  campaign.objective as campaign_objective,
  coalesce(campaign.currency, parent.currency) as campaign_currency,
  coalesce(campaign.funding_instrument_id, parent.funding_instrument_id) as funding_instrument_id,
  fact.cost_micro * 0.000001 as cost,
  fact.cost_micro,
  fact.impressions,
  fact.engagements,
  fact.clicks,
  fact.url_clicks,
  fact.app_clicks,
  fact.likes,
  fact.retweets,
  fact.replies,
  fact.follows,
  fact.video_total_views,
  fact.purchases,
  fact.purchase_orders,
  fact.purchase_sale_amount,
  fact.sign_ups,
  fact.site_visits,
  fact.downloads,
  fact.custom_conversions
from (
  select account_id, entity_id, day,
    sum(billed_charge_local_micro) as cost_micro,
    sum(impressions) as impressions,
    sum(engagements) as engagements,
    sum(clicks) as clicks,
    sum(url_clicks) as url_clicks,
    sum(app_clicks) as app_clicks,
    sum(likes) as likes,
    sum(retweets) as retweets,
    sum(replies) as replies,
    sum(follows) as follows,
    sum(video_total_views) as video_total_views,
    coalesce(sum((more ->> 'conversion_purchases.metric')::numeric), 0) as purchases,
    coalesce(sum((more ->> 'conversion_purchases.order_quantity')::numeric), 0) as purchase_orders,
    coalesce(sum((more ->> 'conversion_purchases.sale_amount')::numeric), 0) as purchase_sale_amount,
    coalesce(sum((more ->> 'conversion_sign_ups.metric')::numeric), 0) as sign_ups,
    coalesce(sum((more ->> 'conversion_site_visits.metric')::numeric), 0) as site_visits,
    coalesce(sum((more ->> 'conversion_downloads.metric')::numeric), 0) as downloads,
    coalesce(sum((more ->> 'conversion_custom.metric')::numeric), 0) as custom_conversions
  from importer.facts
  where level = 'CAMPAIGN'
  group by account_id, entity_id, day
) as fact
left join importer.entities campaign
  on campaign.account_id = fact.account_id and campaign.level = 'CAMPAIGN' and campaign.entity_id = fact.entity_id
left join importer.entity_parents parent
  on parent.account_id = fact.account_id and parent.level = 'CAMPAIGN' and parent.entity_id = fact.entity_id;
