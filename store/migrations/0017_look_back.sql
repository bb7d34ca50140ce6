-- Why: how far back X's corrections are looked for is a choice, X's change feed must not be believed for ever without a
-- check, and how settled a day is must be a column and not a rule in people's heads. Quick, whatever is stored.

-- 0 imports each day once and never looks again; later than thirty days X changes nothing.
alter table importer.grants add column look_back_days smallint not null default 30
  check (look_back_days between 0 and 30);

-- Once a week a daily sync reads blindly: days and entities that are expected to stand still, because the change feed
-- has named nothing of them. What differs all the same is what the feed has missed.
create table importer.blind_check_runs (
  run_id uuid primary key references importer.import_runs,
  account_id text collate "C" not null references importer.accounts,
  first_day date not null,
  last_day date not null,
  -- X's now when the feed was asked: what it had named by then is no part of the check.
  asked_at timestamptz not null,
  -- Entity-days, by metric set, that were read for the check alone.
  entity_days bigint not null check (entity_days >= 0),
  -- Set by a later daily sync: the feed lags by two hours, so only its next answer tells what it never named.
  judged_at timestamptz,
  check (first_day <= last_day)
);
create index on importer.blind_check_runs (account_id, last_day);

-- What is read for the check alone, until it is judged.
create table importer.blind_check_days (
  run_id uuid not null references importer.blind_check_runs on delete cascade,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  metric_set text not null,
  days datemultirange not null check (not isempty(days)),
  primary key (run_id, level, entity_id, placement, metric_set)
);

-- What the feed had missed, by entity-day. The values themselves are in restatements and facts, under this receipt.
create table importer.blind_check_findings (
  run_id uuid not null references importer.blind_check_runs on delete cascade,
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  metric_set text not null,
  day date not null,
  receipt_id bigint not null,
  values_differing int not null check (values_differing > 0),
  -- Billed micros: what is stored now less what was stored before.
  spend_difference bigint not null,
  primary key (run_id, level, entity_id, placement, metric_set, day)
);

-- One row per blind check. Money is that of the campaigns, which X bills, up and down added up, by currency.
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
    select coalesce(p.currency, 'unknown') as currency, sum(abs(f.spend_difference))::bigint as micros
    from importer.blind_check_findings f
    left join importer.entity_parents p
      on p.account_id = f.account_id and p.level = f.level and p.entity_id = f.entity_id
    where f.run_id = c.run_id and f.level = 'CAMPAIGN' and f.spend_difference <> 0
    group by 1
  ) as s
) as m on true;

-- How settled a day of that zone is at a moment: its spend is an estimate until 09:00 of the third day after it, and
-- corrections are possible until it is older than thirty days (reference §10.2).
create function importer.finality(of_day date, zone text, at timestamptz) returns text language sql stable as $$
  select case
    when (at at time zone zone) < of_day + 3 + time '09:00' then 'provisional'
    when (at at time zone zone)::date - of_day <= 30 then 'settling'
    else 'final'
  end
$$;

-- As before, and how settled each day was when X last spoke of the account.
create or replace view importer.coverage as
select a.account_id, c.*, importer.finality(c.day, z.timezone, z.observed_at) as finality
from (select account_id, min(first_day) as first_day, max(last_day) as last_day from importer.asks group by 1) a
join importer.accounts z on z.id = a.account_id,
  lateral importer.coverage_of(a.account_id, a.first_day, a.last_day) c;

-- The same without the cost of coverage.
create view importer.day_finality as
select a.id as account_id, d.day::date as day, importer.finality(d.day::date, a.timezone, a.observed_at) as finality
from importer.accounts a
join (select account_id, min(first_day) as first_day, max(last_day) as last_day from importer.asks group by 1) k
  on k.account_id = a.id
cross join lateral generate_series(k.first_day, k.last_day, interval '1 day') as d (day);
