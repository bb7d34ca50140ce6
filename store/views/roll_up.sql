-- Why: what is stored in rolled_up and what the check of it expects come from one definition.

-- The sums of a month's facts through each of these days of it, ascending, of which the last is the last of the month.
create function importer.roll_up_of(account text, days date[]) returns setof importer.rolled_up language sql stable as $$
  with stretches as (
    select f.level, f.entity_id, f.placement, days[width_bucket(f.day - 1, days) + 1] as through, count(*) as facts,
      array[[nullif(sum(f.@), 0)]] as sums
    from importer.facts f
    where f.account_id = account and f.level <> 'FUNDING_INSTRUMENT'
      and f.day between date_trunc('month', days[1]::timestamp)::date and days[cardinality(days)]
    group by 1, 2, 3, 4
  )
  select account, s.level, d.day, s.entity_id, s.placement, sum(s.facts)::int, array[[sum(s.sums[@])]]
  from stretches s join unnest(days) as d (day) on d.day >= s.through
  group by s.level, s.entity_id, s.placement, d.day
$$;
