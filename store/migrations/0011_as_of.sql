-- Why: "what did we report last Monday?" must be one function, and not a query that everybody gets wrong once. It is
-- plain SQL that Postgres writes into the query around it, so that the account and the day reach the partitions and keys.

-- Versions are looked up by account and day; their primary key leads with the level, which a question seldom names.
create index fact_versions_by_day on importer.fact_versions (account_id, day);
create index mobile_fact_versions_by_day on importer.mobile_fact_versions (account_id, day);

-- The facts as they stood at that moment: what X had computed by then, and what we had of it. A row that X had
-- withdrawn is a row of zeros, as it is in facts; what was first observed later is not there.
create function importer.as_of(at timestamptz) returns setof importer.facts language sql stable as $$
  select account_id, level, entity_id, placement, day, receipt_id, observed_at,
    impressions, tweets_send, qualified_impressions, follows, app_clicks, retweets, unfollows, likes, engagements,
    clicks, card_engagements, poll_card_vote, replies, url_clicks, carousel_swipes, billed_engagements,
    billed_charge_local_micro, video_total_views, video_views_25, video_views_50, video_views_75, video_views_100,
    video_cta_clicks, video_content_starts, video_mrc_views, video_3s100pct_views, video_6s_views, video_15s_views, more
  from importer.facts where observed_at <= at
  union all
  select account_id, level, entity_id, placement, day, receipt_id, observed_at,
    impressions, tweets_send, qualified_impressions, follows, app_clicks, retweets, unfollows, likes, engagements,
    clicks, card_engagements, poll_card_vote, replies, url_clicks, carousel_swipes, billed_engagements,
    billed_charge_local_micro, video_total_views, video_views_25, video_views_50, video_views_75, video_views_100,
    video_cta_clicks, video_content_starts, video_mrc_views, video_3s100pct_views, video_6s_views, video_15s_views, more
  from importer.fact_versions where observed_at <= at and superseded_at > at
$$;

create function importer.mobile_as_of(at timestamptz) returns setof importer.mobile_facts language sql stable as $$
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, more
  from importer.mobile_facts where observed_at <= at
  union all
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, more
  from importer.mobile_fact_versions where observed_at <= at and superseded_at > at
$$;
