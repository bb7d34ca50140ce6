-- Why: a remainder was `settling` for ever where its day had been imported daily. That was judged by when the values were
-- observed, which is when they last changed and not when they were last read. Now the day itself tells: once X changes it no
-- more, which is judged by X's clock and the zone that cut the day, whatever is left over has another reason or none. Quick.

-- Per parent, day and metric: what the parent says, what its children add up to, and the remainder, over all placements.
--
-- X gives each ad of a shared tweet the numbers of all of them (reference §10.3). So within a line item a shared tweet
-- counts once; a tweet that another line item promotes, too, counts in neither, because X does not say which part is
-- whose: its numbers stand in `shared`, once, and the line item's remainder must lie between nothing and them.
-- `children` may therefore be added up over parents without counting anything twice; `shared` may not.
create or replace view importer.reconciliation as
select
  c.account_id, c.parent_level, c.parent_id,
  case c.parent_level when 'LINE_ITEM' then 'ADS' when 'CAMPAIGN' then 'LINE_ITEM' else 'CAMPAIGN' end as child_level,
  c.day, c.metric, c.currency, c.parent, c.children, c.shared, c.parent - c.children as remainder,
  c.parts - c.parents as child_rows, c.shared_tweet,
  case
    when c.parent = c.children then 'agrees'
    -- Of children whose parent we do not know the name yet.
    when c.parent_id is null then 'parent_unknown'
    when c.shared <> 0 and c.parent - c.children between least(c.shared, 0) and greatest(c.shared, 0) then 'shared_tweet'
    when c.metric = 'billed_charge_local_micro' and abs(c.parent - c.children) < c.parts - c.parents then 'rounding'
    -- Credits are applied to the account, the funding instrument and the campaign, not below (reference §10.2).
    when c.metric = 'billed_charge_local_micro' and c.parent_level = 'CAMPAIGN' and c.parents > 0 and c.parent < c.children
      then 'overspend_credit'
    when c.parts = c.parents then 'no_children'
    when c.parents = 0 then 'no_parent'
    -- The sides are read at different moments, and X may change the day between them.
    when importer.finality(c.day, (select z.zone from importer.account_zones z
        where z.account_id = c.account_id and z.first_day <= c.day order by z.first_day desc limit 1), a.observed_at) <> 'final'
      then 'settling'
    else 'unexplained'
  end as reason
from (
  select s.account_id, s.parent_level, s.parent_id, s.day, m.metric, max(s.currency) as currency,
    coalesce(sum(m.value) filter (where s.part = 'parent'), 0)::bigint as parent,
    coalesce(sum(m.value) filter (where s.part = 'child'), 0)::bigint as children,
    coalesce(sum(m.value) filter (where s.part = 'shared'), 0)::bigint as shared,
    count(*) as parts,
    count(*) filter (where s.part = 'parent') as parents,
    bool_or(s.shared_tweet) as shared_tweet
  from (
    select f.account_id, f.level as parent_level, f.entity_id as parent_id, f.day, 'parent' as part, false as shared_tweet,
      t.currency, f as fact
    from importer.facts f
    left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
    where f.level in ('FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM')
    union all
    select f.account_id, 'FUNDING_INSTRUMENT', t.funding_instrument_id, f.day, 'child', false, t.currency, f
    from importer.facts f
    left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
    where f.level = 'CAMPAIGN'
    union all
    select f.account_id, 'CAMPAIGN', t.campaign_id, f.day, 'child', false, t.currency, f
    from importer.facts f
    left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
    where f.level = 'LINE_ITEM'
    union all
    select f.account_id, 'LINE_ITEM', t.line_item_id, f.day, 'child', false, t.currency, f
    from importer.facts f
    left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
    where f.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT') and t.shared_tweet is not true
    union all
    -- Of the ads of one tweet the one that was read last: it has the newest numbers of all of them.
    select * from (
      select distinct on (f.account_id, t.line_item_id, f.day, f.placement, t.tweet_id)
        f.account_id, 'LINE_ITEM'::importer.level, t.line_item_id, f.day,
        case when t.shared_across_line_items then 'shared' else 'child' end, true, t.currency, f
      from importer.facts f
      join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
      where f.level = 'PROMOTED_TWEET' and t.shared_tweet
      order by f.account_id, t.line_item_id, f.day, f.placement, t.tweet_id, f.observed_at desc, f.entity_id
    ) as shared
  ) as s
  cross join lateral (
    -- A funding instrument has these eight and no others.
    values
      ('impressions', (s.fact).impressions, true),
      ('follows', (s.fact).follows, true),
      ('retweets', (s.fact).retweets, true),
      ('likes', (s.fact).likes, true),
      ('engagements', (s.fact).engagements, true),
      ('replies', (s.fact).replies, true),
      ('billed_engagements', (s.fact).billed_engagements, true),
      ('billed_charge_local_micro', (s.fact).billed_charge_local_micro, true),
      ('tweets_send', (s.fact).tweets_send, false),
      ('qualified_impressions', (s.fact).qualified_impressions, false),
      ('app_clicks', (s.fact).app_clicks, false),
      ('unfollows', (s.fact).unfollows, false),
      ('clicks', (s.fact).clicks, false),
      ('card_engagements', (s.fact).card_engagements, false),
      ('poll_card_vote', (s.fact).poll_card_vote, false),
      ('url_clicks', (s.fact).url_clicks, false),
      ('carousel_swipes', (s.fact).carousel_swipes, false),
      ('video_total_views', (s.fact).video_total_views, false),
      ('video_views_25', (s.fact).video_views_25, false),
      ('video_views_50', (s.fact).video_views_50, false),
      ('video_views_75', (s.fact).video_views_75, false),
      ('video_views_100', (s.fact).video_views_100, false),
      ('video_cta_clicks', (s.fact).video_cta_clicks, false),
      ('video_content_starts', (s.fact).video_content_starts, false),
      ('video_mrc_views', (s.fact).video_mrc_views, false),
      ('video_3s100pct_views', (s.fact).video_3s100pct_views, false),
      ('video_6s_views', (s.fact).video_6s_views, false),
      ('video_15s_views', (s.fact).video_15s_views, false)
  ) as m (metric, value, of_funding_instruments)
  where s.parent_level <> 'FUNDING_INSTRUMENT' or m.of_funding_instruments
  group by 1, 2, 3, 4, 5
) as c
join importer.accounts a on a.id = c.account_id
where c.parent <> 0 or c.children <> 0 or c.shared <> 0;
