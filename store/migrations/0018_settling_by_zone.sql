-- Why: the days after a day are counted in the zone of the account, and an account can have had several: what was observed
-- before a switch was so many days after by the zone that was in force then.

create or replace view importer.settling_curve as
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
    (state.observed_at at time zone seen.zone)::date - f.day as first_after,
    (state.superseded_at at time zone gone.zone)::date - f.day - 1 as last_after
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
  join lateral (
    select z.zone from importer.account_zones z
    where z.account_id = f.account_id and z.since <= state.observed_at order by z.since desc limit 1
  ) as seen on true
  left join lateral (
    select z.zone from importer.account_zones z
    where z.account_id = f.account_id and z.since <= state.superseded_at order by z.since desc limit 1
  ) as gone on true
  where f.level = 'CAMPAIGN'
) as s
cross join lateral generate_series(greatest(s.first_after, 1), least(s.last_after, 30)) as n (days_after)
group by 1, 2, 3;
