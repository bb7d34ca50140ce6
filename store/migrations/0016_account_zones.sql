-- Why: an account can switch its time zone. Days that were stored stay as the old zone cut them, and are read again with
-- its midnights, so the zone of an account is a history and not a column. `accounts.timezone` stays what X says now.

create table importer.account_zones (
  account_id text collate "C" not null references importer.accounts on delete cascade,
  -- The moment from which on the zone is in force, and the first day that it cuts; -infinity for the first of them.
  since timestamptz not null default '-infinity',
  first_day date not null default '-infinity',
  zone text not null,
  -- The day that the switch to this zone makes odd, and the words for it.
  switch_day date,
  switch_note text,
  observed_at timestamptz not null,
  primary key (account_id, since),
  unique (account_id, first_day),
  check (isfinite(since) = isfinite(first_day)),
  check ((switch_day is null) = (switch_note is null))
);

insert into importer.account_zones (account_id, zone, observed_at)
select id, timezone, observed_at from importer.accounts;

-- The local day of a moment, by the zone that was in force at it.
create function importer.local_day(of_account text, moment timestamptz) returns date language sql stable as $$
  select (moment at time zone z.zone)::date from importer.account_zones z
  where z.account_id = of_account and z.since <= moment order by z.since desc limit 1
$$;

-- Coverage says of the day of a switch what is odd about it, complete or not.
drop view importer.coverage;
alter function importer.coverage_of(text, date, date) rename to coverage_without_switches;

create function importer.coverage_of(of_account text, from_day date, to_day date)
returns table (
  level importer.level,
  placement text,
  day date,
  status text,
  expected bigint,
  landed bigint,
  reason text
) language sql stable as $$
  select c.level, c.placement, c.day, c.status, c.expected, c.landed,
    nullif(concat_ws('; ', c.reason, z.switch_note), '')
  from importer.coverage_without_switches(of_account, from_day, to_day) c
  left join importer.account_zones z on z.account_id = of_account and z.switch_day = c.day
$$;

create view importer.coverage as
select a.account_id, c.*
from (select account_id, min(first_day) as first_day, max(last_day) as last_day from importer.asks group by 1) a,
  lateral importer.coverage_of(a.account_id, a.first_day, a.last_day) c;
