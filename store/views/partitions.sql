-- Why: the partitions of facts are made by the month when a range is planned.

-- Makes the partitions of a range and arms them. A month that is made while the ledger holds landed days of it existed
-- before and was dropped by hand, with its numbers: those days have not landed any more. The caller holds the lock
-- `partitions` of store/locks.ts: two that make the same partition at once would fail.
-- A partition is made as a table by itself and attached: that waits for no reader and no landing, and none waits for it.
-- `create table … partition of` would wait for every reader of all facts, and all landing would queue behind it.
create function importer.ensure_partitions(first_day date, last_day date) returns void language plpgsql as $$
declare
  month date := date_trunc('month', first_day);
  parent text;
  child text;
  own_set text;
begin
  while month <= last_day loop
    foreach parent in array array['facts', 'mobile_facts'] loop
      child := parent || to_char(month, '_YYYY_MM');
      -- Asked of the table and not of `to_regclass`, which may remember from before the lock that there is none.
      if not exists (select from pg_class where relnamespace = 'importer'::regnamespace and relname = child) then
        own_set := case parent when 'facts' then 'standard' else 'mobile' end;
        execute format('create table importer.%I (like importer.%I including all)', child, parent);
        perform importer.arm_partition(format('importer.%I', child)::regclass, own_set);
        execute format('alter table importer.%I attach partition importer.%I for values from (%L) to (%L)',
          parent, child, month, month + interval '1 month');
        perform importer.unland(array_agg(l.metric_set), array_agg(l.account_id), array_agg(l.level),
          array_agg(l.entity_id), array_agg(l.placement),
          array_agg(datemultirange(daterange(month, (month + interval '1 month')::date))))
        from (
          select distinct account_id, level, entity_id, placement, metric_set from importer.ledger
          where metric_set = own_set and state = 'landed'
            and days && daterange(month, (month + interval '1 month')::date)
        ) as l;
      end if;
    end loop;
    month := month + interval '1 month';
  end loop;
end $$;
