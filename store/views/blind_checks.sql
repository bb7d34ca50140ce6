-- Why: people and gauges want each blind check as one row.

-- Money is that of the campaigns, which X bills; ups and downs are added as absolute values, by currency.
create view importer.blind_checks as
select c.account_id, c.run_id, c.first_day, c.last_day, c.asked_at,
  case
    when c.judged_at is not null then 'judged'
    when r.state = 'running' then 'reading'
    when r.state = 'completed' then 'read'
    else 'given_up'
  end as state,
  c.judged_at, c.entity_days,
  f.entity_days as missed_entity_days, f.value_count as missed_values,
  coalesce(m.micros, '{}') as missed_micros
from importer.blind_check_runs c
join importer.import_runs r on r.id = c.run_id
cross join lateral (
  select count(*) as entity_days, coalesce(sum(f.values_differing), 0)::bigint as value_count
  from importer.blind_check_findings f where f.run_id = c.run_id
) as f
left join lateral (
  select jsonb_object_agg(s.currency, s.micros) as micros from (
    select coalesce(p.currency, 'unknown') as currency, trim_scale(sum(abs(f.spend_difference))) as micros
    from importer.blind_check_findings f
    left join importer.entity_parents p
      on p.account_id = f.account_id and p.level = f.level and p.entity_id = f.entity_id
    where f.run_id = c.run_id and f.level = 'CAMPAIGN' and f.spend_difference <> 0
    group by 1
  ) as s
) as m on true;
