-- Why: "what did we report last Monday?" must be one function, and not a query that everybody gets wrong once. It is
-- plain SQL that Postgres expands inside the query around it, so that the account and the day reach the partitions and
-- keys.

-- The facts as they stood at a moment: what X had computed by then, and what was stored of it. A row that X had
-- withdrawn is a row of zeros, as it is in facts; what was first observed later is absent.
create function importer.as_of(at timestamptz) returns setof importer.facts language sql stable as $$
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, {{@}}, more, checksum
  from importer.facts where observed_at <= at
  union all
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, {{@}}, more, checksum
  from importer.fact_versions where observed_at <= at and superseded_at > at
$$;

create function importer.mobile_as_of(at timestamptz) returns setof importer.mobile_facts language sql stable as $$
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, more
  from importer.mobile_facts where observed_at <= at
  union all
  select account_id, level, entity_id, placement, day, receipt_id, observed_at, more
  from importer.mobile_fact_versions where observed_at <= at and superseded_at > at
$$;
