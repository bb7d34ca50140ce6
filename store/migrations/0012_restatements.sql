-- Why: X changes numbers after they were reported. Who answers for a report wants to see what moved and by how much,
-- and who chooses the wait wants to know how settled a day is after one, two or thirty days.

-- What is above each entity, and the currency of its money. A name that is missing leaves nulls, never a missing row.
create view importer.entity_parents as
select
  e.account_id,
  e.level,
  e.entity_id,
  e.name,
  case when e.level = 'LINE_ITEM' then e.entity_id else e.line_item_id end as line_item_id,
  case when e.level = 'CAMPAIGN' then e.entity_id else coalesce(e.campaign_id, line_item.campaign_id) end as campaign_id,
  case when e.level = 'FUNDING_INSTRUMENT' then e.entity_id
    else coalesce(e.funding_instrument_id, campaign.funding_instrument_id, line_item.funding_instrument_id) end
    as funding_instrument_id,
  coalesce(e.currency, line_item.currency, campaign.currency, funding.currency,
    case when cardinality(a.currencies) = 1 then a.currencies[1] end) as currency,
  e.tweet_id,
  -- X gives each ad of a shared tweet the numbers of all of them (reference §10.3).
  coalesce(tweet.ads > 1, false) as shared_tweet,
  -- Shared with an ad of another line item: then X does not tell which part of the numbers is whose.
  coalesce(tweet.line_items > 1, false) as shared_across_line_items
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
  select account_id, tweet_id, count(*) as ads, count(distinct line_item_id) as line_items
  from importer.entities where level = 'PROMOTED_TWEET' and tweet_id is not null group by 1, 2
) as tweet on e.level = 'PROMOTED_TWEET' and tweet.account_id = e.account_id and tweet.tweet_id = e.tweet_id;

-- One row per metric that X changed after we had stored it. What came next is the version that begins where this one
-- ends, else the present fact.
create view importer.restatements as
select v.account_id, v.level, v.entity_id, v.placement, v.day, 'standard'::text as metric_set, m.metric,
  m.old, m.new, m.new - m.old as difference,
  -- Of nothing there is no share.
  round(100.0 * (m.new - m.old) / nullif(abs(m.old), 0), 4) as percent,
  v.observed_at, v.superseded_at, v.receipt_id as old_receipt_id, coalesce(n.receipt_id, f.receipt_id) as new_receipt_id
from importer.fact_versions v
left join importer.fact_versions n
  on (n.account_id, n.level, n.entity_id, n.placement, n.day) = (v.account_id, v.level, v.entity_id, v.placement, v.day)
  and n.observed_at = v.superseded_at
left join importer.facts f
  on (f.account_id, f.level, f.entity_id, f.placement, f.day) = (v.account_id, v.level, v.entity_id, v.placement, v.day)
  and f.observed_at = v.superseded_at
cross join lateral (
  values
    ('impressions', v.impressions, coalesce(n.impressions, f.impressions)),
    ('tweets_send', v.tweets_send, coalesce(n.tweets_send, f.tweets_send)),
    ('qualified_impressions', v.qualified_impressions, coalesce(n.qualified_impressions, f.qualified_impressions)),
    ('follows', v.follows, coalesce(n.follows, f.follows)),
    ('app_clicks', v.app_clicks, coalesce(n.app_clicks, f.app_clicks)),
    ('retweets', v.retweets, coalesce(n.retweets, f.retweets)),
    ('unfollows', v.unfollows, coalesce(n.unfollows, f.unfollows)),
    ('likes', v.likes, coalesce(n.likes, f.likes)),
    ('engagements', v.engagements, coalesce(n.engagements, f.engagements)),
    ('clicks', v.clicks, coalesce(n.clicks, f.clicks)),
    ('card_engagements', v.card_engagements, coalesce(n.card_engagements, f.card_engagements)),
    ('poll_card_vote', v.poll_card_vote, coalesce(n.poll_card_vote, f.poll_card_vote)),
    ('replies', v.replies, coalesce(n.replies, f.replies)),
    ('url_clicks', v.url_clicks, coalesce(n.url_clicks, f.url_clicks)),
    ('carousel_swipes', v.carousel_swipes, coalesce(n.carousel_swipes, f.carousel_swipes)),
    ('billed_engagements', v.billed_engagements, coalesce(n.billed_engagements, f.billed_engagements)),
    ('billed_charge_local_micro', v.billed_charge_local_micro,
      coalesce(n.billed_charge_local_micro, f.billed_charge_local_micro)),
    ('video_total_views', v.video_total_views, coalesce(n.video_total_views, f.video_total_views)),
    ('video_views_25', v.video_views_25, coalesce(n.video_views_25, f.video_views_25)),
    ('video_views_50', v.video_views_50, coalesce(n.video_views_50, f.video_views_50)),
    ('video_views_75', v.video_views_75, coalesce(n.video_views_75, f.video_views_75)),
    ('video_views_100', v.video_views_100, coalesce(n.video_views_100, f.video_views_100)),
    ('video_cta_clicks', v.video_cta_clicks, coalesce(n.video_cta_clicks, f.video_cta_clicks)),
    ('video_content_starts', v.video_content_starts, coalesce(n.video_content_starts, f.video_content_starts)),
    ('video_mrc_views', v.video_mrc_views, coalesce(n.video_mrc_views, f.video_mrc_views)),
    ('video_3s100pct_views', v.video_3s100pct_views, coalesce(n.video_3s100pct_views, f.video_3s100pct_views)),
    ('video_6s_views', v.video_6s_views, coalesce(n.video_6s_views, f.video_6s_views)),
    ('video_15s_views', v.video_15s_views, coalesce(n.video_15s_views, f.video_15s_views))
  union all
  select key, coalesce((v.more ->> key)::bigint, 0),
    coalesce((case when n.entity_id is null then f.more else n.more end ->> key)::bigint, 0)
  from (
    select jsonb_object_keys(v.more) union
    select jsonb_object_keys(case when n.entity_id is null then f.more else n.more end)
  ) as keys (key)
) as m (metric, old, new)
-- After a row was deleted by hand nothing follows its versions: then X has changed nothing.
where v.superseded_at > v.observed_at and coalesce(n.entity_id, f.entity_id) is not null and m.new <> m.old
union all
select v.account_id, v.level, v.entity_id, v.placement, v.day, 'mobile', m.metric,
  m.old, m.new, m.new - m.old, round(100.0 * (m.new - m.old) / nullif(abs(m.old), 0), 4),
  v.observed_at, v.superseded_at, v.receipt_id, coalesce(n.receipt_id, f.receipt_id)
from importer.mobile_fact_versions v
left join importer.mobile_fact_versions n
  on (n.account_id, n.level, n.entity_id, n.placement, n.day) = (v.account_id, v.level, v.entity_id, v.placement, v.day)
  and n.observed_at = v.superseded_at
left join importer.mobile_facts f
  on (f.account_id, f.level, f.entity_id, f.placement, f.day) = (v.account_id, v.level, v.entity_id, v.placement, v.day)
  and f.observed_at = v.superseded_at
cross join lateral (
  select key, coalesce((v.more ->> key)::bigint, 0),
    coalesce((case when n.entity_id is null then f.more else n.more end ->> key)::bigint, 0)
  from (
    select jsonb_object_keys(v.more) union
    select jsonb_object_keys(case when n.entity_id is null then f.more else n.more end)
  ) as keys (key)
) as m (metric, old, new)
where v.superseded_at > v.observed_at and coalesce(n.entity_id, f.entity_id) is not null and m.new <> m.old;

-- How much of a day's final numbers was stored by the end of the n-th day after it, at campaign level, which is what X
-- bills. It rests on days that X changes no more (older than thirty days) and on entity-days that had been read by
-- then; money of several currencies stands in several rows.
create view importer.settling_curve as
select s.account_id, s.currency, n.days_after,
  round(sum(s.spend) / nullif(sum(s.final_spend), 0), 6) as spend_share,
  round(sum(s.impressions) / nullif(sum(s.final_impressions), 0), 6) as impressions_share,
  round(sum(s.clicks) / nullif(sum(s.final_clicks), 0), 6) as clicks_share,
  count(distinct s.day) as days,
  count(*) as entity_days
from (
  select f.account_id, t.currency, f.day,
    f.billed_charge_local_micro as final_spend, f.impressions as final_impressions, f.clicks as final_clicks,
    state.spend, state.impressions, state.clicks,
    -- What was observed during the n-th day after, or earlier, is what its end found.
    (state.observed_at at time zone a.timezone)::date - f.day as first_after,
    (state.superseded_at at time zone a.timezone)::date - f.day - 1 as last_after
  from importer.facts f
  join importer.accounts a on a.id = f.account_id and f.day < (a.observed_at at time zone a.timezone)::date - 30
  left join importer.entity_parents t on t.account_id = f.account_id and t.level = f.level and t.entity_id = f.entity_id
  cross join lateral (
    select f.observed_at, null::timestamptz as superseded_at,
      f.billed_charge_local_micro as spend, f.impressions as impressions, f.clicks as clicks
    union all
    select v.observed_at, v.superseded_at, v.billed_charge_local_micro, v.impressions, v.clicks
    from importer.fact_versions v
    where (v.account_id, v.level, v.entity_id, v.placement, v.day)
      = (f.account_id, f.level, f.entity_id, f.placement, f.day)
  ) as state
  where f.level = 'CAMPAIGN'
) as s
cross join lateral generate_series(greatest(s.first_after, 1), least(s.last_after, 30)) as n (days_after)
group by 1, 2, 3;
