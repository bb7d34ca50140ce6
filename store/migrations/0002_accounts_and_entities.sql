-- Why: facts belong to the ad account, installation-wide, and a grant gives a workspace sight of them. Entities are
-- mirrored with their versions and tombstones, so that no row stays nameless after X forgets an entity (design §4.6).

create table importer.accounts (
  id text collate "C" primary key,
  name text not null,
  business_name text,
  timezone text not null,
  timezone_switch_at timestamptz,
  approval_status text not null,
  currencies text[] not null default '{}',
  deleted boolean not null default false,
  has_app_line_items boolean not null default false,
  created_at_x timestamptz,
  raw jsonb not null,
  observed_at timestamptz not null
);

create table importer.account_access (
  x_user_id text not null references importer.credentials on delete cascade,
  account_id text collate "C" not null references importer.accounts,
  permissions text[] not null,
  observed_at timestamptz not null,
  lost_at timestamptz,
  primary key (x_user_id, account_id)
);

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
  primary key (connection_id, account_id),
  check ((status = 'blocked') = (blocked_code is not null)),
  check ((blocked_code is null) = (blocked_reason is null))
);
create index on importer.grants (account_id) where ended_at is null;

create type importer.level as enum ('FUNDING_INSTRUMENT', 'CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET', 'PROMOTED_ACCOUNT');

-- The current version of each entity. Statuses are text: X has undocumented values (reference §6.1).
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

create table importer.tweets (
  account_id text collate "C" not null references importer.accounts,
  tweet_id text collate "C" not null,
  name text,
  full_text text,
  card_uri text,
  -- entities.urls of X: [{url, expanded_url, display_url}]
  urls jsonb not null default '[]',
  -- X answers with fewer tweets than asked when one is deleted or foreign; remembered, so that it is not asked for ever.
  missing boolean not null default false,
  raw jsonb,
  observed_at timestamptz not null,
  primary key (account_id, tweet_id)
);

create table importer.cards (
  account_id text collate "C" not null references importer.accounts,
  card_uri text not null,
  name text,
  card_type text,
  destination_url text,
  missing boolean not null default false,
  raw jsonb,
  observed_at timestamptz not null,
  primary key (account_id, card_uri)
);
