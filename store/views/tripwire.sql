-- Why: a day whose numbers somebody deleted must not stay complete. When rows of facts or receipts vanish, triggers
-- take their days out of the landed ranges of the ledger: coverage shows them as missing, and the next plan reads them
-- again. Only deleting and truncating is watched, so landing pays nothing.

-- Cuts days out of what has landed; what reaches beyond them stays, with its receipt. The arrays belong together, element
-- by element: one statement for all entities, because a month of many accounts is deleted at once.
create function importer.unland(
  sets text[], accounts text[], levels importer.level[], entities text[], placements text[], days_gone datemultirange[]
) returns void language sql as $$
  with cut as (
    delete from importer.ledger l
    using unnest(sets, accounts, levels, entities, placements, days_gone)
      as g (metric_set, account_id, level, entity_id, placement, gone)
    where l.account_id = g.account_id and l.level = g.level and l.entity_id = g.entity_id and l.placement = g.placement
      and l.metric_set = g.metric_set and l.state = 'landed' and l.days && g.gone
    returning l.*, g.gone
  ),
  moved as (
    update importer.account_days set stale = true where account_id in (select account_id from cut)
  ),
  -- Whether they had landed or not.
  noted as (
    insert into importer.not_rolled_up (account_id, month)
    select distinct account_id, month::date
    from unnest(sets, accounts, days_gone) as g (metric_set, account_id, gone),
      generate_series(date_trunc('month', lower(gone)::timestamp), upper(gone) - interval '1 day', interval '1 month') as month
    where metric_set = 'standard'
  )
  insert into importer.ledger (account_id, level, placement, metric_set, entity_id, days, state, run_id, slice_id,
    receipt_id, observed_at, reason)
  select account_id, level, placement, metric_set, entity_id, unnest(datemultirange(days) - gone), state, run_id,
    slice_id, receipt_id, observed_at, reason
  from cut
$$;

-- The argument of this and the next trigger function is the metric set.
create or replace function importer.facts_deleted() returns trigger language plpgsql as $$
begin
  perform importer.unland(array_agg(tg_argv[0]), array_agg(account_id), array_agg(level), array_agg(entity_id),
    array_agg(placement), array_agg(days))
  from (
    select account_id, level, entity_id, placement, range_agg(daterange(day, day, '[]')) as days
    from gone group by account_id, level, entity_id, placement
  ) as entity;
  return null;
end $$;

-- Before the truncation, because afterwards nobody knows what was there.
create or replace function importer.facts_truncated() returns trigger language plpgsql as $$
begin
  execute format(
    'select importer.unland(array_agg($1), array_agg(account_id), array_agg(level), array_agg(entity_id),
       array_agg(placement), array_agg(days))
     from (
       select account_id, level, entity_id, placement, range_agg(daterange(day, day, ''[]'')) as days
       from %I.%I group by account_id, level, entity_id, placement
     ) as entity', tg_table_schema, tg_table_name)
  using tg_argv[0];
  return null;
end $$;

create or replace function importer.receipts_deleted() returns trigger language plpgsql as $$
begin
  delete from importer.ledger l using gone where l.receipt_id = gone.id;
  return null;
end $$;

-- Statement triggers are not inherited: rows deleted through the parent fire the parent's, rows deleted from a
-- partition fire the partition's. Truncating the parent fires those of each partition. All fire in every
-- session_replication_role, because who switches constraints off deletes all the same.
create function importer.arm_partition(partition regclass, metric_set text) returns void language plpgsql as $$
begin
  execute format(
    'create or replace trigger facts_deleted after delete on %s referencing old table as gone
     for each statement execute function importer.facts_deleted(%L)', partition, metric_set);
  execute format(
    'create or replace trigger facts_truncated before truncate on %s
     for each statement execute function importer.facts_truncated(%L)', partition, metric_set);
  execute format('alter table %s enable always trigger facts_deleted', partition);
  execute format('alter table %s enable always trigger facts_truncated', partition);
end $$;

create or replace trigger facts_deleted after delete on importer.facts referencing old table as gone
  for each statement execute function importer.facts_deleted('standard');
create or replace trigger facts_deleted after delete on importer.mobile_facts referencing old table as gone
  for each statement execute function importer.facts_deleted('mobile');
-- The foreign key of the ledger refuses first; this is for when it is switched off.
create or replace trigger receipts_deleted after delete on importer.receipts referencing old table as gone
  for each statement execute function importer.receipts_deleted();
alter table importer.facts enable always trigger facts_deleted;
alter table importer.mobile_facts enable always trigger facts_deleted;
alter table importer.receipts enable always trigger receipts_deleted;

select importer.arm_partition(i.inhrelid, case when p.relname = 'facts' then 'standard' else 'mobile' end)
from pg_inherits i join pg_class p on p.oid = i.inhparent
where p.oid in ('importer.facts'::regclass, 'importer.mobile_facts'::regclass);
