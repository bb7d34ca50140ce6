-- Why: people sign in, share connections in workspaces and teams, and are let in by links; programs bring API keys. Who did
-- what stays readable after whoever did it has gone. Tokens of links and keys are stored as hashes only.

create table app.people (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name <> ''),
  -- In lower case, so that one address is one person.
  email text not null unique check (email = lower(email)),
  -- Whether whoever let the person in had named the address. A company's sign-in may stand for a person only then.
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- How a person signs in: with a password, or through the company's provider of identities.
create table app.sign_in_methods (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references app.people on delete cascade,
  -- `credential` for a password; then the subject is the person's id.
  provider text not null,
  issuer text,
  subject text not null,
  -- A salted hash.
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider, subject),
  check ((provider = 'credential') = (password is not null))
);
create index on app.sign_in_methods (person_id);

-- What a sign-in that is under way elsewhere comes back with.
create table app.verifications (
  id uuid primary key default gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index on app.verifications (identifier);

-- The cookie holds the token with a signature, so that whoever reads this table cannot make one.
create table app.sessions (
  id uuid primary key default gen_random_uuid(),
  person_id uuid not null references app.people on delete cascade,
  token text not null unique,
  active_workspace_id uuid references app.workspaces on delete set null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index on app.sessions (person_id);
create index on app.sessions (active_workspace_id);

create table app.memberships (
  workspace_id uuid not null references app.workspaces on delete cascade,
  person_id uuid not null references app.people on delete cascade,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  joined_at timestamptz not null default now(),
  primary key (workspace_id, person_id)
);
create index on app.memberships (person_id);

-- A workspace without an owner could never be managed again. Of two owners who leave at once the second waits here.
create function app.keep_an_owner() returns trigger language plpgsql as $$
begin
  perform from app.workspaces where id = old.workspace_id for update;
  if found and not exists (
    select from app.memberships where workspace_id = old.workspace_id and role = 'owner') then
    raise exception 'a workspace keeps at least one owner' using errcode = '23514', constraint = 'memberships_keep_an_owner';
  end if;
  return null;
end $$;
create trigger keep_an_owner after update or delete on app.memberships
  for each row when (old.role = 'owner') execute function app.keep_an_owner();

create table app.teams (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references app.workspaces on delete cascade,
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  unique (workspace_id, name),
  unique (id, workspace_id)
);

-- Only members of the workspace; one who leaves it leaves its teams.
create table app.team_members (
  team_id uuid not null,
  workspace_id uuid not null,
  person_id uuid not null,
  primary key (team_id, person_id),
  foreign key (team_id, workspace_id) references app.teams (id, workspace_id) on delete cascade,
  foreign key (workspace_id, person_id) references app.memberships on delete cascade
);
create index on app.team_members (workspace_id, person_id);
create index on app.team_members (team_id, workspace_id);

-- A connection is shared with a team of its own workspace.
alter table importer.connections
  add foreign key (team_id, workspace_id) references app.teams (id, workspace_id);
create index on importer.connections (team_id, workspace_id);

-- Addresses that let somebody in, once. The page of one is opened by GET, which mail scanners do, and used by its button.
create table app.links (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  kind text not null check (kind in ('first_person', 'sign_in', 'invitation')),
  workspace_id uuid not null references app.workspaces on delete cascade,
  -- Whom a link of the kind `sign_in` signs in.
  person_id uuid references app.people on delete cascade,
  -- Of an invitation: for whom, where that was said, and as what.
  email text check (email = lower(email)),
  role text check (role in ('owner', 'admin', 'member', 'viewer')),
  team_ids uuid[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((kind = 'sign_in') = (person_id is not null)),
  check ((kind = 'sign_in') = (role is null))
);
create index on app.links (workspace_id);
create index on app.links (person_id);

create table app.api_keys (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references app.workspaces on delete cascade,
  name text not null check (name <> ''),
  key_hash bytea not null unique,
  -- The beginning, by which people tell keys apart.
  prefix text not null,
  scope text not null check (scope in ('read', 'read_write')),
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index on app.api_keys (workspace_id);

-- Tries to sign in that have not succeeded. An IPv6 address counts by its network of 64 bits.
create table app.sign_in_tries (
  id bigint generated always as identity primary key,
  email text not null,
  address text not null,
  tried_at timestamptz not null default now()
);
create index on app.sign_in_tries (address, tried_at);
create index on app.sign_in_tries (email, tried_at);

-- Who did what, on what, from which value to which. Names are those of the moment: rows outlive what they speak of.
create table app.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  workspace_id uuid not null,
  -- A person's id, `key:` and an API key's id, or a name at the command line.
  actor text not null,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id text,
  subject_name text,
  was jsonb,
  became jsonb,
  address text
);
create index on app.audit (workspace_id, id desc);

create function app.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is only ever added to', tg_table_name using errcode = '55000';
end $$;
create trigger refuse_change before update or delete or truncate on app.audit
  for each statement execute function app.refuse_change();

-- Where a workspace wants to be told of what its connections need, and from when on a day counts as late. The addresses of hooks
-- are sealed: whoever knows one can write to it.
create table app.notification_settings (
  workspace_id uuid primary key references app.workspaces on delete cascade,
  emails text[] not null default '{}',
  sealed_webhook bytea,
  sealed_chat bytea,
  key_id text,
  -- By which people tell hooks apart.
  webhook_host text,
  chat_host text,
  late_after_hours int not null default 6 check (late_after_hours between 3 and 168),
  version int not null default 1,
  check ((sealed_webhook is null) = (webhook_host is null)),
  check ((sealed_chat is null) = (chat_host is null)),
  check (key_id is not null or (sealed_webhook is null and sealed_chat is null))
);

-- Where a person wants the weekly digest of a workspace: a row for each channel, none where nobody has asked for it.
create table app.digests (
  workspace_id uuid not null,
  person_id uuid not null,
  channel text not null check (channel in ('email', 'webhook')),
  sealed_webhook bytea,
  webhook_host text,
  key_id text,
  -- The Monday of the last week that was told.
  told_week date,
  tries int not null default 0,
  next_try_at timestamptz not null default now(),
  -- Why the last try failed.
  trouble text,
  primary key (workspace_id, person_id, channel),
  foreign key (workspace_id, person_id) references app.memberships on delete cascade,
  check ((channel = 'webhook') = (sealed_webhook is not null)),
  check ((sealed_webhook is null) = (webhook_host is null) and (sealed_webhook is null) = (key_id is null))
);

-- What people of a workspace are told of, from when it is first seen until it is over.
create table app.alarms (
  id bigint generated always as identity primary key,
  workspace_id uuid not null references app.workspaces on delete cascade,
  kind text not null check (kind in ('needs_person', 'late')),
  -- `credential/` and an X user, or `connection/` and an id.
  subject text not null,
  connection_ids uuid[] not null check (cardinality(connection_ids) > 0),
  seen_at timestamptz not null default clock_timestamp(),
  raised_at timestamptz,
  over_at timestamptz
);
create index on app.alarms (workspace_id);
create unique index alarms_open on app.alarms (workspace_id, kind, subject) where over_at is null;

-- What is sent: alarms that were raised together, or recoveries.
create table app.messages (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references app.workspaces on delete cascade,
  kind text not null check (kind in ('alarm', 'recovery', 'test')),
  alarm_ids bigint[] not null default '{}',
  connection_ids uuid[] not null default '{}',
  subject text not null,
  body jsonb not null,
  created_at timestamptz not null default clock_timestamp()
);
create index on app.messages (workspace_id, created_at desc);

-- One row for each channel that a message is for. It is tried again for a day.
create table app.deliveries (
  message_id uuid not null references app.messages on delete cascade,
  channel text not null check (channel in ('email', 'webhook', 'chat')),
  tries int not null default 0,
  next_try_at timestamptz not null default clock_timestamp(),
  trouble text,
  sent_at timestamptz,
  primary key (message_id, channel),
  check (sent_at is null or trouble is null)
);
create index deliveries_due on app.deliveries (next_try_at) where sent_at is null;

-- Addresses by which whoever has the X account authorizes a connection that somebody else made. They let nobody in here.
create table app.authorization_links (
  id uuid primary key default gen_random_uuid(),
  token_hash bytea not null unique,
  connection_id uuid not null references importer.connections on delete cascade,
  -- Through whose eyes it acts: it ends with their sight of the connection.
  created_by uuid not null references app.people on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  -- Of the browser whose person continued to X first: it works in no other from then on.
  browser_sha256 bytea unique,
  used_at timestamptz
);
create index on app.authorization_links (connection_id);
create index on app.authorization_links (created_by);

-- What somebody has chosen for a connection and not saved yet, so that another browser finds it.
create table app.choice_drafts (
  connection_id uuid primary key references importer.connections on delete cascade,
  draft jsonb not null check (jsonb_typeof(draft) = 'object'),
  updated_at timestamptz not null default now()
);

-- What a person had seen of an account on Ad Performance when the visit before the present one ended, and what they have seen
-- since. Receipts that had landed: all up to `receipt` but those of `open`, which were landing. Days: those that were complete.
create table app.performance_visits (
  person_id uuid not null references app.people on delete cascade,
  account_id text collate "C" not null references importer.accounts on delete cascade,
  before_at timestamptz not null,
  before_receipt bigint not null,
  before_open bigint[] not null,
  before_days datemultirange not null,
  seen_at timestamptz not null,
  seen_receipt bigint not null,
  seen_open bigint[] not null,
  seen_days datemultirange not null,
  primary key (person_id, account_id)
);
create index on app.performance_visits (account_id);

-- Views of Ad Performance and sets of its columns that people have saved. A private one goes with its owner's membership; one
-- that is shared stays with the workspace.
create table app.saved_views (
  id uuid primary key default gen_random_uuid(),
  workspace_id uuid not null references app.workspaces on delete cascade,
  kind text not null check (kind in ('view', 'columns')),
  name text not null check (name <> ''),
  person_id uuid references app.people on delete set null,
  shared boolean not null,
  -- The words of the address bar.
  view jsonb not null check (jsonb_typeof(view) = 'object'),
  private_of uuid generated always as (case when not shared then person_id end) stored,
  updated_at timestamptz not null default now(),
  unique nulls not distinct (workspace_id, kind, private_of, name),
  foreign key (workspace_id, private_of) references app.memberships (workspace_id, person_id) on delete cascade
);
create index on app.saved_views (person_id);
create index on app.saved_views (workspace_id, private_of);
