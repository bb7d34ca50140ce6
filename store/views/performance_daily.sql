-- Why: an analyst's chart must show the same numbers as Ad Performance, under the same names, and add up to what X bills,
-- whatever it is grouped by.

-- Tweets that several ads promote: X gives each of the ads the numbers of all (docs/x-ads-api.md §10.3), so they stand as one ad.
-- What is above them is said where all of the ads have it in common.
create view importer.shared_tweets as
select account_id, tweet_id, min(entity_id) as ad,
  case when count(*) = count(line_item_id) and min(line_item_id) = max(line_item_id) then min(line_item_id) end as ad_group,
  case when count(*) = count(campaign_id) and min(campaign_id) = max(campaign_id) then min(campaign_id) end as campaign,
  case when count(*) = count(currency) and min(currency) = max(currency) then min(currency) end as currency
from importer.entity_parents
where level = 'PROMOTED_TWEET' and shared_tweet
group by account_id, tweet_id;

-- The numbers of ads that belong to one campaign, each shared tweet once: of its ads, the one that was read last.
create view importer.attributed_ads as
select f.account_id, f.day, p.campaign_id as campaign, p.line_item_id as ad_group, f.level, f.entity_id as ad,
  p.currency, false as shared, {{sum(f.@) as @}}
from importer.facts f
join importer.entity_parents p on (p.account_id, p.level, p.entity_id) = (f.account_id, f.level, f.entity_id)
where f.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT') and not p.shared_tweet
  and p.campaign_id is not null and p.currency is not null
group by 1, 2, 3, 4, 5, 6, 7
union all
select s.account_id, s.day, s.campaign, s.ad_group, 'PROMOTED_TWEET'::importer.level, s.ad, s.currency, true, {{sum(s.@)}}
from (
  select distinct on (f.account_id, f.day, f.placement, t.tweet_id) f.account_id, f.day, t.campaign, t.ad_group, t.ad,
    t.currency, {{f.@}}
  from importer.facts f
  join importer.entities e on (e.account_id, e.level, e.entity_id) = (f.account_id, f.level, f.entity_id)
  join importer.shared_tweets t on t.account_id = e.account_id and t.tweet_id = e.tweet_id
  where f.level = 'PROMOTED_TWEET' and t.campaign is not null and t.currency is not null
  order by f.account_id, f.day, f.placement, t.tweet_id, f.observed_at desc, f.entity_id
) as s
group by 1, 2, 3, 4, 5, 6, 7;

-- Per ad and day, and per campaign and day what X does not attribute to its ads: their sums are the campaigns'.
create view importer.performance_daily as
select n.account_id as account, n.day, n.kind, n.shared,
  coalesce(campaign.funding_instrument_id, above.funding_instrument_id) as funding_instrument,
  n.campaign, campaign.name as campaign_name, objective.objective, n.ad_group, ad_group.name as ad_group_name, n.ad, ad.ad_text,
  case when ad.ad_deleted then 'DELETED' else ad.ad_status end as status,
  ad.utm ->> 'utm_source' as utm_source, ad.utm ->> 'utm_medium' as utm_medium, ad.utm ->> 'utm_campaign' as utm_campaign,
  ad.utm ->> 'utm_term' as utm_term, ad.utm ->> 'utm_content' as utm_content, ad.destination_url, n.currency,
  n.billed_charge_local_micro * 0.000001 as spend, n.billed_charge_local_micro as spend_micros, n.impressions, n.clicks,
  n.url_clicks as link_clicks, n.app_clicks, n.engagements, n.retweets as reposts, n.likes, n.replies, n.follows,
  n.video_total_views as video_views, n.video_views_25 as video_25, n.video_views_50 as video_50,
  n.video_views_75 as video_75, n.video_views_100 as video_100
from (
  select account_id, day, 'entity' as kind, shared, campaign, ad_group, level, ad, currency, {{@}}
  from importer.attributed_ads
  union all
  select account_id, day, 'not_attributed', false, campaign, null, null, null, currency, {{sum(@)}}
  from (
    select f.account_id, f.day, f.entity_id as campaign, p.currency, {{f.@}}
    from importer.facts f
    left join importer.entity_parents p on (p.account_id, p.level, p.entity_id) = (f.account_id, f.level, f.entity_id)
    where f.level = 'CAMPAIGN'
    union all
    select account_id, day, campaign, currency, {{-@}} from importer.attributed_ads
  ) as rest
  group by account_id, day, campaign, currency
  having greatest({{abs(sum(@))}}) > 0
) as n
left join importer.entities campaign
  on campaign.account_id = n.account_id and campaign.level = 'CAMPAIGN' and campaign.entity_id = n.campaign
left join importer.entity_parents above
  on above.account_id = n.account_id and above.level = 'CAMPAIGN' and above.entity_id = n.campaign
left join importer.entities ad_group
  on ad_group.account_id = n.account_id and ad_group.level = 'LINE_ITEM' and ad_group.entity_id = n.ad_group
left join importer.ads ad on ad.account_id = n.account_id and ad.level = n.level and ad.ad_id = n.ad
left join lateral (
  select case when count(*) = count(l.objective) and min(l.objective) = max(l.objective) then min(l.objective) end as objective
  from importer.entities l
  where l.account_id = n.account_id and l.level = 'LINE_ITEM' and l.campaign_id = n.campaign
) as objective on true;
