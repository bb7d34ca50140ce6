-- Why: facts belong to the ad account, once per installation, and a grant lets a workspace see them. Entities are
-- mirrored with their versions and tombstones, so that no row loses its name when X forgets an entity.

create table importer.accounts (
  id text collate "C" primary key,
  name text not null,
  business_name text,
  -- What X says now. How days are cut is in account_zones.
  timezone text not null,
  timezone_switch_at timestamptz,
  approval_status text not null,
  currencies text[] not null default '{}',
  deleted boolean not null default false,
  has_app_line_items boolean not null default false,
  created_at_x timestamptz,
  raw jsonb not null,
  observed_at timestamptz not null,
  -- What was imported of it is being deleted. It cannot be chosen until that is over: otherwise a new import would meet
  -- half of the old one.
  deletion_began_at timestamptz
);

-- Does Postgres know the zone? Its time zone data may be older than Node's. It also takes abbreviations, and anything that
-- ends with a number, for an offset: such a name counts where it is in the data, which takes long to read.
create function importer.reads_zone(zone text) returns boolean language plpgsql stable as $$
begin
  if zone ~ '\d' or zone !~ '/' and zone not in ('UTC', 'GMT') then
    return exists (select from pg_timezone_names n where lower(n.name) = lower(zone));
  end if;
  perform now() at time zone zone;
  return true;
exception when invalid_parameter_value then
  return false;
end
$$;

-- Zones in which Temporal cannot schedule: their accounts are left out.
create table importer.unscheduled_zones (
  zone text primary key
);

-- An account can switch its time zone. Days that were stored stay as the old zone cut them, and new days are cut by the
-- new zone, so the zone of an account is a history and not a column
-- (docs/decisions/0012-the-zone-is-a-function-of-the-day.md).
create table importer.account_zones (
  account_id text collate "C" not null references importer.accounts on delete cascade,
  -- The moment from which the zone is in force, and the first day that it cuts; -infinity for the first zone.
  since timestamptz not null default '-infinity',
  first_day date not null default '-infinity',
  -- A zone that Postgres does not know would fail the views, for every account.
  zone text not null check (importer.reads_zone(zone)),
  -- The day that the switch to this zone cuts short or leaves with a gap, and the sentence that explains it.
  switch_day date,
  switch_note text,
  observed_at timestamptz not null,
  primary key (account_id, since),
  unique (account_id, first_day),
  check (isfinite(since) = isfinite(first_day)),
  check ((switch_day is null) = (switch_note is null))
);

create table importer.account_access (
  x_user_id text not null references importer.credentials on delete cascade,
  account_id text collate "C" not null references importer.accounts,
  permissions text[] not null,
  observed_at timestamptz not null,
  lost_at timestamptz,
  primary key (x_user_id, account_id)
);
create index on importer.account_access (account_id);

create table importer.grants (
  connection_id uuid not null references importer.connections,
  account_id text collate "C" not null references importer.accounts,
  history_from date,
  wait_days smallint not null check (wait_days in (1, 3)),
  status text not null default 'backfilling' check (status in ('backfilling', 'up_to_date', 'blocked')),
  blocked_code text,
  blocked_reason text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  -- The account's local time of the daily sync.
  daily_at time not null default '10:00',
  -- For how many days back X's corrections are read. 0 imports each day once; X changes nothing after thirty days.
  look_back_days smallint not null default 30 check (look_back_days between 0 and 30),
  -- A currency that changes at X changes the meaning of the stored micros, so a person must confirm it by choosing the
  -- account again. The currencies of the account's entities were accepted up to this moment, by X's clock.
  currencies_accepted_at timestamptz,
  primary key (connection_id, account_id),
  check ((status = 'blocked') = (blocked_code is not null)),
  check ((blocked_code is null) = (blocked_reason is null))
);
create index on importer.grants (account_id);

create type importer.level as enum (
  'FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET', 'PROMOTED_ACCOUNT'
);

-- The current version of each entity. Statuses are text: X has undocumented values (docs/x-ads-api.md §6.1).
create table importer.entities (
  account_id text collate "C" not null references importer.accounts,
  level importer.level not null,
  entity_id text collate "C" not null,
  name text,
  status text,
  effective_status text,
  currency text,
  funding_instrument_id text collate "C",
  campaign_id text collate "C",
  line_item_id text collate "C",
  tweet_id text collate "C",
  user_id text collate "C",
  objective text,
  is_app boolean not null default false,
  deleted boolean not null default false,
  raw jsonb not null,
  -- The moment from which the values are known to hold. Seeing an unchanged entity again writes no row.
  observed_at timestamptz not null,
  primary key (account_id, level, entity_id)
);
create index on importer.entities (account_id, tweet_id) where tweet_id is not null;

-- What an entity was before it changed: valid in [observed_at, superseded_at).
create table importer.entity_versions (
  like importer.entities,
  superseded_at timestamptz not null,
  primary key (account_id, level, entity_id, observed_at),
  check (superseded_at >= observed_at)
);

-- An older page must not undo what a newer page has confirmed. That needs the moment of the newest page; one row per
-- account and level is enough, and one per entity would rewrite every entity every day.
create table importer.entity_sightings (
  account_id text collate "C" not null references importer.accounts,
  level importer.level not null,
  -- X's clock on the newest page of the level that was mirrored.
  seen_at timestamptz not null,
  primary key (account_id, level)
);

-- What X's lists had, when they were last read to their end, that could not be read: each item is left out by itself, and
-- people are told.
create table importer.left_out (
  -- Whose list: `user:<x user id>` or `account:<account id>`.
  scope text collate "C" not null,
  -- X's name of the list.
  list text not null,
  account_id text collate "C" references importer.accounts on delete cascade,
  -- [{id, reason}], a hundred at most
  items jsonb not null,
  item_count int not null check (item_count > 0),
  observed_at timestamptz not null,
  primary key (scope, list),
  check ((scope = 'account:' || account_id) is not false)
);
create index on importer.left_out (account_id);
