-- Why: how settled a day is must be a column and not a rule in people's heads.

-- How settled a day that a zone cuts is at a moment: its spend is an estimate until 09:00 of the third day after it,
-- and X changes it no more when it is older than thirty days (docs/x-ads-api.md §10.2). Without a zone it is
-- provisional.
create function importer.finality(of_day date, zone text, at timestamptz) returns text language sql stable as $$
  select case
    when (at at time zone zone)::date - of_day > 30 then 'final'
    when (at at time zone zone) >= of_day + 3 + time '09:00' then 'settling'
    else 'provisional'
  end
$$;

-- Every day that an account was asked about, as of the moment at which X last described the account, without the cost of
-- coverage. (The zone takes its collation from the account's id, which the column must not.)
create view importer.day_finality as
select a.id as account_id, d.day::date as day,
  importer.finality(d.day::date, z.zone collate "default", a.observed_at) as finality
from importer.accounts a
join (select account_id, min(first_day) as first_day, max(last_day) as last_day from importer.asks group by 1) k
  on k.account_id = a.id
cross join lateral generate_series(k.first_day, k.last_day, interval '1 day') as d (day)
left join lateral importer.zone_of_day(a.id, d.day::date) z on true;
