-- Why: X changes numbers after they were reported. Who answers for a report wants to see what moved and by how much.

-- One row per metric that X changed after it was stored. The new value is that of the version that begins where this
-- one ends, else that of the present fact.
create view importer.restatements as
select v.account_id, v.level, v.entity_id, v.placement, v.day, 'standard'::text as metric_set, m.metric,
  m.old, m.new, m.new - m.old as difference,
  -- A change from 0 has no percentage.
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
    {{('@', v.@, coalesce(n.@, f.@))}}
  union all
  select key, coalesce((v.more ->> key)::numeric, 0),
    coalesce((case when n.entity_id is null then f.more else n.more end ->> key)::numeric, 0)
  from (
    select jsonb_object_keys(v.more) union
    select jsonb_object_keys(case when n.entity_id is null then f.more else n.more end)
  ) as keys (key)
) as m (metric, old, new)
-- A row that was deleted by hand leaves versions that nothing follows: X has changed nothing.
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
  select key, coalesce((v.more ->> key)::numeric, 0),
    coalesce((case when n.entity_id is null then f.more else n.more end ->> key)::numeric, 0)
  from (
    select jsonb_object_keys(v.more) union
    select jsonb_object_keys(case when n.entity_id is null then f.more else n.more end)
  ) as keys (key)
) as m (metric, old, new)
where v.superseded_at > v.observed_at and coalesce(n.entity_id, f.entity_id) is not null and m.new <> m.old;
