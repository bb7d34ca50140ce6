-- Why: a dead credential is told once, however many runs meet its refusal, and also when a worker dies between marking
-- it and telling. So the transaction that marks it queues the notification, and what was sent is remembered by channel.

-- One message tells of everything that happened within a minute: when X suspends the app, every credential dies at once.
create table importer.notification_messages (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp(),
  webhook_sent_at timestamptz,
  email_sent_at timestamptz,
  -- All channels that were configured have it. A channel that is configured later does not tell old news.
  settled_at timestamptz
);
create index notification_messages_unsettled on importer.notification_messages (created_at) where settled_at is null;

create table importer.notifications (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('credentials_rejected')),
  -- What happened, by a name that is the same for whoever meets it: of a credential its X user and version.
  key text not null unique,
  x_user_id text not null,
  screen_name text not null,
  connection_ids uuid[] not null check (cardinality(connection_ids) > 0),
  reason text not null,
  queued_at timestamptz not null default clock_timestamp(),
  message_id uuid references importer.notification_messages
);
create index notifications_queued on importer.notifications (queued_at) where message_id is null;
create index notifications_by_message on importer.notifications (message_id);

-- For the metrics, which are read every minute: what was restated lately, and when each account was last completed.
create index fact_versions_by_time on importer.fact_versions using brin (superseded_at);
create index import_runs_completed on importer.import_runs (account_id, ended_at) where state = 'completed';
