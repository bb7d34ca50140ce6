-- Why: a connection has an owner and a privacy from its first day, even before people exist. Two connections of one X
-- user share one credential, because X gives out one token pair per user and app.

-- Apart from the schema that people read. A database where it is installed already keeps it where it is.
create schema if not exists extensions;
create extension if not exists btree_gist with schema extensions;
create schema if not exists app;
create schema if not exists importer;

create table app.workspaces (
  id uuid primary key default gen_random_uuid(),
  name text not null check (name <> ''),
  created_at timestamptz not null default now()
);
insert into app.workspaces (id, name) values ('00000000-0000-0000-0000-000000000001', 'Default workspace');

-- One row per X user. Tokens are sealed before they are stored: see store/secrets.ts.
create table importer.credentials (
  x_user_id text primary key,
  screen_name text not null,
  sealed bytea not null,
  key_id text not null,
  status text not null default 'valid' check (status in ('valid', 'rejected')),
  rejected_at timestamptz,
  rejected_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- X refuses a credential for several reasons: a revoked token, one from before the app's approval, an app that is not
  -- approved, a locked X user. Each has its own cure. After the first refusal X is not asked again, so the reason is
  -- kept here as a stable code and the one step that cures it.
  rejected_code text,
  rejected_next_step text,
  check ((status = 'rejected') = (rejected_at is not null))
);

create table importer.connections (
  id uuid primary key,
  workspace_id uuid not null references app.workspaces,
  display_name text not null check (display_name <> ''),
  created_by text not null,
  privacy text not null default 'workspace' check (privacy in ('workspace', 'private', 'team')),
  team_id uuid,
  phase text not null default 'authorizing'
    check (phase in ('authorizing', 'choosing', 'active', 'paused', 'needs_reauthorization', 'disconnected')),
  -- The obstacle, as a stable code and as the one step that cures it.
  problem_code text,
  problem text,
  x_user_id text references importer.credentials,
  -- What a person chose, as it was last saved: without it, a lost workflow could not be started anew.
  choice jsonb,
  created_at timestamptz not null default now(),
  disconnected_at timestamptz,
  -- Why it was paused, in the words of whoever paused it: the question comes up weeks later.
  pause_note text,
  -- The last deletion of what was imported, and how many rows it has deleted.
  deletion_began_at timestamptz,
  deletion_ended_at timestamptz,
  rows_deleted bigint not null default 0,
  -- Counts what people have changed, so that an edit which was made on older values is refused.
  version int not null default 1,
  check ((privacy = 'team') = (team_id is not null)),
  check ((problem_code is null) = (problem is null)),
  check (pause_note is null or phase = 'paused'),
  check (deletion_ended_at is null or deletion_began_at is not null)
);
create index on importer.connections (workspace_id);

create function importer.count_edits() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create trigger count_edits before update on importer.connections for each row
  when ((old.display_name, old.privacy, old.team_id, old.choice)
    is distinct from (new.display_name, new.privacy, new.team_id, new.choice))
  execute function importer.count_edits();

create index on importer.connections (x_user_id);

-- What was answered to a request that starts something: whoever repeats it under the same key gets the same answer.
create table app.repeatable_answers (
  workspace_id uuid not null references app.workspaces on delete cascade,
  key text not null,
  route text not null,
  request_sha256 bytea not null,
  -- Null while it is being worked on.
  answer jsonb,
  asked_at timestamptz not null default clock_timestamp(),
  primary key (workspace_id, key)
);
create index on app.repeatable_answers (asked_at);

create table importer.oauth_requests (
  id uuid primary key,
  connection_id uuid not null references importer.connections on delete cascade,
  callback_url text not null,
  -- The request token is visible in the browser's address bar; its secret and the verifier are sealed.
  request_token text unique,
  sealed_secret bytea,
  sealed_verifier bytea,
  key_id text,
  -- A reconnect must not swap the X user unnoticed: only a person who has said so brings another one.
  other_user boolean not null default false,
  state text not null default 'asked'
    check (state in ('asked', 'pending', 'callback_received', 'denied', 'exchanged', 'expired', 'failed')),
  problem_code text,
  problem text,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  callback_at timestamptz,
  -- Of the browser session that began it: the answer of X counts in no other. Null where a command began it.
  session_sha256 bytea,
  check (state <> 'exchanged' or (sealed_secret is null and sealed_verifier is null))
);
create index on importer.oauth_requests (connection_id);
