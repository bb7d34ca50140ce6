-- Why: each level is imported by itself, so the levels check one another. What the ads, line items, campaigns and
-- funding instruments say of the same day is compared, and a remainder is a row with its likely reason, not a footnote.

-- What each fact is to which parent: its own number, a child's, or that of a tweet that several line items promote.
--
-- X gives each ad of a shared tweet the numbers of all of them (docs/x-ads-api.md §10.3). So within a line item a
-- shared tweet counts once. A tweet that another line item promotes as well counts in neither, because X does not say
-- which part belongs to which.
create view importer.reconciled_parts as
select f.account_id, f.level as parent_level, f.entity_id as parent_id, f.day, 'parent' as part, false as shared_tweet,
  t.currency, f.checksum, {{f.@}}
from importer.facts f
left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
where f.level in ('FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM')
union all
select f.account_id, 'FUNDING_INSTRUMENT', t.funding_instrument_id, f.day, 'child', false, t.currency, f.checksum, {{f.@}}
from importer.facts f
left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
where f.level = 'CAMPAIGN'
union all
select f.account_id, 'CAMPAIGN', t.campaign_id, f.day, 'child', false, t.currency, f.checksum, {{f.@}}
from importer.facts f
left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
where f.level = 'LINE_ITEM'
union all
select f.account_id, 'LINE_ITEM', t.line_item_id, f.day, 'child', false, t.currency, f.checksum, {{f.@}}
from importer.facts f
left join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
where f.level in ('PROMOTED_TWEET', 'PROMOTED_ACCOUNT') and t.shared_tweet is not true
union all
-- Of the ads of one tweet, the one that was read last has the newest numbers of all of them.
select * from (
  select distinct on (f.account_id, t.line_item_id, f.day, f.placement, t.tweet_id)
    f.account_id, 'LINE_ITEM'::importer.level, t.line_item_id, f.day,
    case when t.shared_across_line_items then 'shared' else 'child' end, true, t.currency, f.checksum, {{f.@}}
  from importer.facts f
  join importer.entity_parents t on (t.account_id, t.level, t.entity_id) = (f.account_id, f.level, f.entity_id)
  where f.level = 'PROMOTED_TWEET' and t.shared_tweet
  order by f.account_id, t.line_item_id, f.day, f.placement, t.tweet_id, f.observed_at desc, f.entity_id
) as shared;

-- Parents that may differ from their children on a day, by the sums of one column. A fact without a checksum says nothing. A
-- funding instrument has fewer metrics than its campaigns, so it is nearly always among them, and has few children.
create view importer.parents_in_question as
select p.account_id, p.parent_level, p.parent_id, p.day
from importer.reconciled_parts p
group by p.account_id, p.parent_level, p.parent_id, p.day, p.currency
having count(p.checksum) < count(*)
  or coalesce(sum(p.checksum) filter (where p.part = 'parent'), 0)
    <> coalesce(sum(p.checksum) filter (where p.part = 'child'), 0);

-- Their sums per parent, day and currency, all metrics in a row: a year of thousands of ads is added up before there is a row
-- per metric, of which there would be some dozens of times as many.
create view importer.reconciled_sums as
select c.account_id, c.parent_level, c.parent_id, c.day, c.currency,
  any_value(c.sums) filter (where c.part = 'parent') as parent,
  any_value(c.sums) filter (where c.part = 'child') as children,
  any_value(c.sums) filter (where c.part = 'shared') as shared,
  sum(c.facts)::bigint as facts,
  coalesce(sum(c.facts) filter (where c.part = 'parent'), 0)::bigint as parents,
  bool_or(c.shared_tweet) as shared_tweet
from (
  select p.account_id, p.parent_level, p.parent_id, p.day, p.currency, p.part, count(*) as facts,
    bool_or(p.shared_tweet) as shared_tweet, array[{{sum(p.@)}}] as sums
  from importer.reconciled_parts p
  group by 1, 2, 3, 4, 5, 6
) as c
group by 1, 2, 3, 4, 5;

-- Per parent, day and metric: the parent's number, the sum of its children, and the remainder, over all placements and within
-- one currency: an account may have several, and children of an unknown parent any.
--
-- The numbers of a tweet that several line items promote are in `shared`, once, and the line item's remainder must lie between
-- 0 and them. `children` may therefore be added up over parents without counting anything twice; `shared` may not.
create view importer.reconciliation as
select
  c.account_id, c.parent_level, c.parent_id,
  case c.parent_level when 'LINE_ITEM' then 'ADS' when 'CAMPAIGN' then 'LINE_ITEM' else 'CAMPAIGN' end as child_level,
  c.day, c.metric, c.currency, c.parent, c.children, c.shared, c.parent - c.children as remainder,
  c.facts - c.parents as child_rows, c.shared_tweet,
  case
    when c.parent = c.children then 'agrees'
    -- Children whose parent is not known yet.
    when c.parent_id is null then 'parent_unknown'
    when c.shared <> 0 and c.parent - c.children between least(c.shared, 0) and greatest(c.shared, 0)
      then 'shared_tweet'
    when c.metric = 'billed_charge_local_micro' and abs(c.parent - c.children) < c.facts - c.parents then 'rounding'
    -- Credits are applied to account, funding instrument and campaign, not below (docs/x-ads-api.md §10.2).
    when c.metric = 'billed_charge_local_micro' and c.parent_level = 'CAMPAIGN'
      and c.parents > 0 and c.parent < c.children
      then 'overspend_credit'
    when c.facts = c.parents then 'no_children'
    when c.parents = 0 then 'no_parent'
    -- Parent and children are read at different moments, and X may change the day in between.
    when importer.finality(c.day, (select z.zone from importer.zone_of_day(c.account_id, c.day) z), a.observed_at)
      <> 'final' then 'settling'
    else 'unexplained'
  end as reason,
  c.differs
from (
  select s.account_id, s.parent_level, s.parent_id, s.day, m.metric, s.currency, coalesce(m.parent, 0) as parent,
    coalesce(m.children, 0) as children, coalesce(m.shared, 0) as shared, s.facts, s.parents, s.shared_tweet,
    s.parent is distinct from s.children as differs
  from importer.reconciled_sums s
  cross join lateral unnest(array[{{'@'}}], s.parent, s.children, s.shared) as m (metric, parent, children, shared)
  -- A funding instrument has these eight metrics and no others.
  where s.parent_level <> 'FUNDING_INSTRUMENT' or m.metric in ('impressions', 'follows', 'retweets', 'likes',
    'engagements', 'replies', 'billed_engagements', 'billed_charge_local_micro')
) as c
join importer.accounts a on a.id = c.account_id
where c.parent <> 0 or c.children <> 0 or c.shared <> 0;
