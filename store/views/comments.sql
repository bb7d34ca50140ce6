-- Why: whoever explores the schema with a tool of their own sees what a column means and its unit without docs/data.md.
-- A column that means the same in several relations is described once; test/store/comments.test.ts finds what has no text.

comment on schema importer is 'X Ads performance data: facts, entities and where each number comes from. Explained in docs/data.md.';
comment on view importer.daily_ad_metrics is 'One row per ad and day, over all placements. Ads that share a tweet each have the numbers of all: see shared_tweet.';
comment on view importer.daily_campaign_metrics is 'One row per campaign and day, over all placements: what X bills.';
comment on view importer.performance_daily is 'Ad Performance, one row per ad and day, a shared tweet once, and per campaign and day what X does not attribute to its ads: sums are what X bills.';
comment on view importer.ads is 'Every ad as it is now, with the names above it and the place where it leads.';
comment on table importer.facts is 'The numbers of one entity on one placement and day, as X last computed them. A day on which every metric is zero has no row.';
comment on table importer.mobile_facts is 'Mobile conversions of one entity on one placement and day, of accounts with app line items.';
comment on table importer.fact_versions is 'What a row of facts was before X changed it, valid in [observed_at, superseded_at).';
comment on table importer.mobile_fact_versions is 'What a row of mobile_facts was before X changed it, valid in [observed_at, superseded_at).';
comment on view importer.restatements is 'One row per metric that X changed after it was stored.';
comment on view importer.settling_days is 'What of a day was stored by the end of the n-th day after it, and what it became, at campaign level, of days that X changes no more.';
comment on view importer.settling_curve is 'Which share of a day''s final numbers was stored by the end of the n-th day after it, at campaign level.';
comment on view importer.reconciliation is 'Per parent, day and metric: the parent''s number, the sum of its children, and why they differ.';
comment on view importer.day_finality is 'How settled the numbers of each account and day are.';
comment on view importer.entity_parents is 'Each entity with the ids above it, its currency, and whether its tweet is shared.';
comment on table importer.receipts is 'Where numbers come from: one row per X job that landed.';
comment on view importer.coverage is 'Per account, level, placement and day: is it complete, and if not, why.';
comment on view importer.blind_checks is 'Weekly re-reads, whatever X''s change feed says: what the feed had missed.';
comment on table importer.blind_check_findings is 'Entity-days that X''s change feed had missed.';
comment on table importer.accounts is 'Ad accounts, as X describes them now.';
comment on table importer.account_zones is 'The time zones that cut an account''s time into days, each from a day on.';
comment on table importer.entities is 'Campaigns, ad groups, ads and funding instruments as they are now; deleted ones stay.';
comment on table importer.entity_versions is 'What an entity was before it changed, valid in [observed_at, superseded_at).';
comment on table importer.entity_sightings is 'When each level of an account was last mirrored.';
comment on table importer.left_out is 'What X''s lists had, when they were last read to their end, that could not be read.';
comment on table importer.tweets is 'Tweets that ads promote, with their links.';
comment on table importer.cards is 'Cards of these tweets, with their destinations.';

do $$
declare
  of_columns constant text[][] := array[
    -- relation, or * for all of them; column; text
    ['*', 'account_id', 'Ad account, X''s base36 id'],
    ['*', 'ad_account_id', 'Ad account, X''s base36 id'],
    ['*', 'level', 'FUNDING_INSTRUMENT, CAMPAIGN, LINE_ITEM (ad group), PROMOTED_TWEET or PROMOTED_ACCOUNT (ads)'],
    ['*', 'entity_id', 'X''s base36 id of the campaign, ad group, ad or funding instrument'],
    ['*', 'placement', 'Where it was shown, X''s word: ALL_ON_TWITTER, SPOTLIGHT, TREND; disjoint, so add them up'],
    ['*', 'day', 'Calendar day in the ad account''s time zone'],
    ['*', 'receipt_id', 'The receipt that tells from which X job the numbers come'],
    ['*', 'observed_at', 'X''s clock: when X computed or showed it'],
    ['*', 'superseded_at', 'X''s clock: until when it was so'],
    ['*', 'metric_set', 'standard, or mobile conversions'],
    ['*', 'run_id', 'The import that asked for it'],
    ['*', 'raw', 'X''s own object'],
    ['*', 'name', 'What people called it at X'],
    ['*', 'deleted', 'Deleted at X; its numbers stay'],
    ['*', 'currency', 'ISO 4217 code; amounts of several currencies must not be added up'],
    ['*', 'status', 'X''s entity status, an open set'],
    ['*', 'tweet_id', 'The tweet that the ad promotes, X''s decimal id'],
    ['*', 'user_id', 'The X user that the ad promotes'],
    ['*', 'line_item_id', 'The ad group'],
    ['*', 'campaign_id', 'The campaign, X''s base36 id'],
    ['*', 'campaign_name', 'Name of the campaign, as it is now'],
    ['*', 'campaign_status', 'X''s status of the campaign, as it is now'],
    ['*', 'campaign_objective', 'What the campaign is for, X''s word'],
    ['*', 'campaign_currency', 'ISO 4217 code of the campaign''s amounts'],
    ['*', 'funding_instrument_id', 'The funding instrument that pays'],
    ['*', 'ad_group_id', 'The line item, X''s base36 id'],
    ['*', 'ad_group_name', 'Name of the line item, as it is now'],
    ['*', 'ad_group_status', 'X''s status of the line item, as it is now'],
    ['*', 'ad_id', 'The promoted tweet or promoted account, X''s base36 id'],
    ['*', 'ad_status', 'X''s status of the ad, as it is now'],
    ['*', 'ad_text', 'Text of the tweet that the ad promotes, as it is now; null for a promoted account'],
    ['*', 'ad_deleted', 'Deleted at X; its numbers stay'],
    ['*', 'ad_platform', 'Always x'],
    ['*', 'shared_tweet', 'Other ads promote the same tweet: X gives each of them the numbers of all, so never add these up'],
    ['*', 'destination_url', 'Where the ad leads'],
    ['*', 'destination_from', 'text: a link of the tweet; card: its card'],
    ['*', 'utm', 'UTM parameters of the destination, decoded'],
    ['*', 'utm_source', 'UTM parameter of the destination, decoded'],
    ['*', 'utm_medium', 'UTM parameter of the destination, decoded'],
    ['*', 'utm_campaign', 'UTM parameter of the destination, decoded'],
    ['*', 'utm_term', 'UTM parameter of the destination, decoded'],
    ['*', 'utm_content', 'UTM parameter of the destination, decoded'],
    ['*', 'cost', 'Billed amount in the campaign''s currency, exact to the micro'],
    ['*', 'cost_micro', 'Billed amount in micros: 1,000,000 are one unit of the campaign''s currency'],
    ['*', 'ad_metrics_cost', 'Billed amount in the campaign''s currency, exact to the micro'],
    ['*', 'ad_metrics_cost_micro', 'Billed amount in micros: 1,000,000 are one unit of the campaign''s currency'],
    ['*', 'ad_metrics_impressions', 'How often it was shown'],
    ['*', 'ad_metrics_clicks', 'All clicks, likes and other engagements included'],
    ['*', 'ad_metrics_url_clicks', 'Clicks on the link or website card, earned ones included'],
    ['*', 'ad_metrics_app_clicks', 'Clicks to install or open an app'],
    ['*', 'ad_metrics_retweets', 'Reposts'],
    ['*', 'impressions', 'How often it was shown'],
    ['*', 'tweets_send', 'Posts sent from it'],
    ['*', 'qualified_impressions', 'Impressions that X counts as qualified'],
    ['*', 'follows', 'New followers'],
    ['*', 'app_clicks', 'Clicks to install or open an app'],
    ['*', 'retweets', 'Reposts'],
    ['*', 'unfollows', 'Followers lost'],
    ['*', 'likes', 'Likes'],
    ['*', 'engagements', 'All engagements'],
    ['*', 'clicks', 'All clicks, likes and other engagements included'],
    ['*', 'card_engagements', 'Engagements with the card'],
    ['*', 'poll_card_vote', 'Votes in the card''s poll'],
    ['*', 'replies', 'Replies'],
    ['*', 'url_clicks', 'Clicks on the link or website card, earned ones included'],
    ['*', 'carousel_swipes', 'Swipes of a carousel'],
    ['*', 'billed_engagements', 'Engagements that X bills'],
    ['*', 'billed_charge_local_micro', 'Billed amount in micros: 1,000,000 are one unit of the entity''s currency'],
    ['*', 'video_total_views', 'Video views by X''s present definition, which changed on 2026-08-13: 100 % in view for 3 seconds, or a click to play'],
    ['*', 'video_views_25', 'Videos that were watched to 25 %'],
    ['*', 'video_views_50', 'Videos that were watched to 50 %'],
    ['*', 'video_views_75', 'Videos that were watched to 75 %'],
    ['*', 'video_views_100', 'Videos that were watched to the end'],
    ['*', 'video_cta_clicks', 'Clicks on the video''s call to action'],
    ['*', 'video_content_starts', 'Videos that were started'],
    ['*', 'video_mrc_views', 'Video views by the standard of the MRC: 50 % in view for 2 seconds'],
    ['*', 'video_3s100pct_views', 'Video views of 3 seconds, 100 % in view'],
    ['*', 'video_6s_views', 'Video views of 6 seconds'],
    ['*', 'video_15s_views', 'Video views of 15 seconds'],
    ['*', 'more', 'Every other metric that is not zero, by X''s name; parts of conversions after a dot. Null when empty'],
    ['*', 'checksum', 'Sum of each metric that has a column, times a weight of its own: where checksums add up, so do all of them'],
    ['daily_campaign_metrics', 'purchases', 'Purchases on the website that X attributes'],
    ['daily_campaign_metrics', 'purchase_orders', 'Items of these purchases (order_quantity)'],
    ['daily_campaign_metrics', 'purchase_sale_amount', 'Worth of these purchases, as X sends it. X does not document the unit: it looks like micros of the entity''s currency; compare it with your shop first'],
    ['daily_campaign_metrics', 'sign_ups', 'Sign-ups on the website that X attributes'],
    ['daily_campaign_metrics', 'site_visits', 'Visits of the website that X attributes'],
    ['daily_campaign_metrics', 'downloads', 'Downloads from the website that X attributes'],
    ['daily_campaign_metrics', 'custom_conversions', 'Conversions of the advertiser''s own kind'],
    ['performance_daily', 'account', 'Ad account, X''s base36 id'],
    ['performance_daily', 'kind', 'entity, or not_attributed: what the campaign has beyond its ads'],
    ['performance_daily', 'shared', 'The numbers are those of all ads of one tweet, counted once'],
    ['performance_daily', 'funding_instrument', 'The funding instrument that pays'],
    ['performance_daily', 'campaign', 'The campaign, X''s base36 id'],
    ['performance_daily', 'ad_group', 'The line item, X''s base36 id'],
    ['performance_daily', 'ad', 'The ad, X''s base36 id; of a shared tweet its first'],
    ['performance_daily', 'status', 'X''s status of the ad, as it is now; DELETED where it was deleted'],
    ['performance_daily', 'spend', 'Billed amount in units of the currency, exact to the micro'],
    ['performance_daily', 'spend_micros', 'Billed amount in micros: 1,000,000 are one unit of the currency'],
    ['performance_daily', 'link_clicks', 'Clicks on the link or website card, earned ones included'],
    ['performance_daily', 'reposts', 'Reposts'],
    ['performance_daily', 'video_views', 'Video views by X''s present definition'],
    ['performance_daily', 'video_25', 'Videos that were watched to 25 %'],
    ['performance_daily', 'video_50', 'Videos that were watched to 50 %'],
    ['performance_daily', 'video_75', 'Videos that were watched to 75 %'],
    ['performance_daily', 'video_100', 'Videos that were watched to the end'],
    ['restatements', 'metric', 'X''s name of the metric'],
    ['restatements', 'old', 'What was stored before'],
    ['restatements', 'new', 'What X says now'],
    ['restatements', 'difference', 'new minus old'],
    ['restatements', 'percent', 'The difference in per cent of old; null where that was 0'],
    ['restatements', 'old_receipt_id', 'Receipt of the old number'],
    ['restatements', 'new_receipt_id', 'Receipt of the new number'],
    ['settling_days', 'days_after', 'So many days after the day'],
    ['settling_days', 'spend_micro', 'Spend that was stored by then, in micros'],
    ['settling_days', 'final_spend_micro', 'What it became'],
    ['settling_days', 'impressions', 'Impressions that were stored by then'],
    ['settling_days', 'final_impressions', 'What they became'],
    ['settling_days', 'clicks', 'Clicks that were stored by then'],
    ['settling_days', 'final_clicks', 'What they became'],
    ['settling_days', 'entity_days', 'Entity-days that had been read by then'],
    ['settling_curve', 'days_after', 'So many days after the day'],
    ['settling_curve', 'spend_share', 'Share of the final spend, 1 is all'],
    ['settling_curve', 'impressions_share', 'Share of the final impressions, 1 is all'],
    ['settling_curve', 'clicks_share', 'Share of the final clicks, 1 is all'],
    ['settling_curve', 'days', 'Final days that it rests on'],
    ['settling_curve', 'entity_days', 'Entity-days that it rests on'],
    ['reconciliation', 'parent_level', 'Level of the parent'],
    ['reconciliation', 'parent_id', 'The parent; null for children whose parent is not known'],
    ['reconciliation', 'child_level', 'ADS, LINE_ITEM or CAMPAIGN'],
    ['reconciliation', 'metric', 'X''s name of the metric'],
    ['reconciliation', 'parent', 'What the parent says; micros where the metric is money'],
    ['reconciliation', 'children', 'What its children add up to'],
    ['reconciliation', 'shared', 'Numbers of tweets that other line items promote, too: in children of none of them'],
    ['reconciliation', 'remainder', 'parent minus children'],
    ['reconciliation', 'child_rows', 'Rows of children'],
    ['reconciliation', 'differs', 'False where parent and children agree in every metric of the day: a quick filter'],
    ['reconciliation', 'reason', 'Why they may differ: explained in docs/client.md under xads reconcile'],
    ['*', 'finality', 'provisional: spend is an estimate; settling: X may correct it; final: older than thirty days'],
    ['entity_parents', 'shared_across_line_items', 'The tweet is shared with an ad of another line item'],
    ['*', 'workflow_id', 'The import in Temporal'],
    ['receipts', 'id', 'Number of the receipt'],
    ['receipts', 'slice_id', 'The slice that the job was for'],
    ['receipts', 'x_job_id', 'X''s id of the job'],
    ['receipts', 'request', 'The parameters of the job, as sent to X'],
    ['receipts', 'response_sha256', 'Hash of X''s file'],
    ['receipts', 'response_bytes', 'Size of X''s file, compressed'],
    ['receipts', 'landed_at', 'Our clock, when it was stored'],
    ['receipts', 'rows_read', 'Entity-days of the file: new, changed, unchanged and stale ones'],
    ['receipts', 'rows_new', 'Of these, new ones'],
    ['receipts', 'rows_changed', 'Of these, such that replaced another number'],
    ['receipts', 'rows_unchanged', 'Of these, such that were stored already'],
    ['receipts', 'rows_zeroed', 'Stored rows that X no longer reports'],
    ['receipts', 'rows_stale', 'Of these, such that X computed before what was stored'],
    ['receipts', 'note', 'What was odd about it'],
    ['coverage', 'status', 'complete, verified_empty, planned, in_flight, failed, unavailable or missing'],
    ['coverage', 'expected', 'Entities of which a number is expected'],
    ['coverage', 'landed', 'Those of them that have one'],
    ['coverage', 'reason', 'Why it is not complete'],
    ['blind_checks', 'state', 'reading, read, judged or given_up'],
    ['blind_checks', 'first_day', 'First day that was read'],
    ['blind_checks', 'last_day', 'Last day that was read'],
    ['blind_checks', 'asked_at', 'X''s clock when the feed was asked'],
    ['blind_checks', 'judged_at', 'When a later sync judged it'],
    ['blind_checks', 'entity_days', 'Entity-days that were read for the check alone'],
    ['blind_checks', 'missed_entity_days', 'Those of them that differed without having been named'],
    ['blind_checks', 'missed_values', 'In how many metrics'],
    ['blind_checks', 'missed_micros', 'By how much, in billed micros of campaigns by currency'],
    ['blind_check_findings', 'values_differing', 'Metrics that differed'],
    ['blind_check_findings', 'spend_difference', 'Billed micros: what is stored now minus what was'],
    ['accounts', 'id', 'X''s base36 id'],
    ['accounts', 'business_name', 'Name of the business'],
    ['accounts', 'timezone', 'Time zone that X says now; how days are cut is in account_zones'],
    ['accounts', 'timezone_switch_at', 'When X last moved it to another zone'],
    ['accounts', 'approval_status', 'X''s word, such as ACCEPTED'],
    ['accounts', 'currencies', 'ISO 4217 codes of its funding instruments, campaigns and line items'],
    ['accounts', 'has_app_line_items', 'Mobile conversions are imported, too'],
    ['accounts', 'created_at_x', 'When it was made at X'],
    ['accounts', 'deletion_began_at', 'What was imported of it is being deleted since'],
    ['account_zones', 'since', 'The moment from which the zone is in force; -infinity for the first'],
    ['account_zones', 'first_day', 'The first day that it cuts'],
    ['account_zones', 'zone', 'IANA name'],
    ['account_zones', 'switch_day', 'The day that the switch cuts short or leaves with a gap'],
    ['account_zones', 'switch_note', 'What is odd about that day'],
    ['*', 'effective_status', 'X''s effective status, an open set'],
    ['*', 'objective', 'What it is for, X''s word'],
    ['*', 'is_app', 'A line item for an app'],
    ['entity_sightings', 'seen_at', 'X''s clock on the newest page of the level'],
    ['left_out', 'scope', 'Whose list: user:<X user id> or account:<account id>'],
    ['left_out', 'list', 'X''s name of the list'],
    ['left_out', 'items', 'A hundred items at most, each with its id, or its place in the list, and the reason'],
    ['left_out', 'item_count', 'How many items could not be read'],
    ['tweets', 'full_text', 'Text of the tweet, links as t.co'],
    ['tweets', 'card_uri', 'The tweet''s card'],
    ['tweets', 'urls', 'Links of the text with their destinations'],
    ['*', 'missing', 'X shows it no more, or to nobody but its owner'],
    ['tweets', 'link_url', 'The first link that leads away from X'],
    ['tweets', 'link_utm', 'Its UTM parameters, decoded'],
    ['cards', 'card_uri', 'X''s address of the card'],
    ['cards', 'card_type', 'X''s word, such as IMAGE_WEBSITE'],
    ['cards', 'destination_utm', 'UTM parameters of the destination, decoded']
  ];
  found record;
begin
  for found in
    select distinct on (c.relname, a.attname) c.relname, a.attname, of_columns[n][3] as text
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join generate_subscripts(of_columns, 1) n
    where c.relnamespace = 'importer'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
      and obj_description(c.oid, 'pg_class') is not null
      and of_columns[n][2] = a.attname and of_columns[n][1] in ('*', c.relname)
    order by c.relname, a.attname, of_columns[n][1] = '*'
  loop
    execute format('comment on column importer.%I.%I is %L', found.relname, found.attname, found.text);
  end loop;
end $$;
