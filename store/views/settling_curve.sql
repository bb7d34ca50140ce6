-- Why: who chooses the wait wants to know how settled a day is after one, two or thirty days.

-- What of a day was stored by the end of the n-th day after it, and what it became, at campaign level, which is what X
-- bills. It rests on final days and on entity-days that had been read by then; money of several currencies is in
-- several rows. Days after a day are counted by the zone that was in force when a number was observed.
create view importer.settling_days as
select s.account_id, s.currency, s.day, n.days_after,
  sum(s.spend) as spend_micro, sum(s.final_spend) as final_spend_micro,
  sum(s.impressions) as impressions, sum(s.final_impressions) as final_impressions,
  sum(s.clicks) as clicks, sum(s.final_clicks) as final_clicks,
  count(*) as entity_days
from (
  select f.account_id, t.currency, f.day,
    f.billed_charge_local_micro as final_spend, f.impressions as final_impressions, f.clicks as final_clicks,
    state.spend, state.impressions, state.clicks,
    -- What was observed during the n-th day after, or earlier, was stored by its end.
    (state.observed_at at time zone seen.zone)::date - f.day as first_after,
    (state.superseded_at at time zone gone.zone)::date - f.day - 1 as last_after
  from importer.facts f
  join importer.accounts a on a.id = f.account_id
  left join lateral importer.zone_of_day(f.account_id, f.day) cut on true
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
  join lateral importer.zone_at(f.account_id, state.observed_at) seen on true
  left join lateral importer.zone_at(f.account_id, state.superseded_at) gone on true
  where f.level = 'CAMPAIGN' and importer.finality(f.day, cut.zone, a.observed_at) = 'final'
) as s
cross join lateral generate_series(greatest(s.first_after, 1), least(s.last_after, 30)) as n (days_after)
group by 1, 2, 3, 4;

-- How much of the final numbers that is, over all days together.
create view importer.settling_curve as
select account_id, currency, days_after,
  round(sum(spend_micro) / nullif(sum(final_spend_micro), 0), 6) as spend_share,
  round(sum(impressions) / nullif(sum(final_impressions), 0), 6) as impressions_share,
  round(sum(clicks) / nullif(sum(final_clicks), 0), 6) as clicks_share,
  count(*) as days,
  sum(entity_days)::bigint as entity_days
from importer.settling_days
group by 1, 2, 3;
