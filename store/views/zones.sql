-- Why: the zone of an account is a function of the day (docs/decisions/0012-the-zone-is-a-function-of-the-day.md).
-- Everything that turns a moment into a day, or a day into moments, asks these and not accounts.timezone, which is what
-- X says now. They return a table so that Postgres expands them inside the query that calls them. No row: the account
-- has no known zone.

-- The zone in force at a moment.
create function importer.zone_at(of_account text, moment timestamptz) returns table (zone text)
language sql stable as $$
  select z.zone from importer.account_zones z
  where z.account_id = of_account and z.since <= moment order by z.since desc limit 1
$$;

-- The zone that cuts a day.
create function importer.zone_of_day(of_account text, of_day date) returns table (zone text)
language sql stable as $$
  select z.zone from importer.account_zones z
  where z.account_id = of_account and z.first_day <= of_day order by z.first_day desc limit 1
$$;

-- The local day of a moment.
create function importer.local_day(of_account text, moment timestamptz) returns date language sql stable as $$
  select (moment at time zone z.zone)::date from importer.zone_at(of_account, moment) z
$$;
