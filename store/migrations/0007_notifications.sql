-- Why: people are notified once of a rejected credential, however many runs meet its refusal, and also when a worker
-- dies between marking it and notifying. So the transaction that marks it queues the notification, and what was sent is
-- stored by channel.

-- One message contains everything that happened within a minute: when X suspends the app, every credential is rejected
-- at once.
create table importer.notification_messages (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default clock_timestamp(),
  webhook_sent_at timestamptz,
  email_sent_at timestamptz,
  -- No channel tries it any more: all that were configured have it, or it was given up. A channel that is configured
  -- later does not send it.
  closed_at timestamptz,
  -- When each channel last tried to send it, and why that failed.
  webhook_tried_at timestamptz,
  webhook_trouble text,
  email_tried_at timestamptz,
  email_trouble text,
  -- A day has passed, and not every channel that was configured has it.
  given_up_at timestamptz,
  given_up_reason text,
  check ((given_up_at is null) = (given_up_reason is null)),
  check (given_up_at is null or closed_at is not null)
);
create index notification_messages_open on importer.notification_messages (created_at) where closed_at is null;

create table importer.notifications (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('credentials_rejected')),
  -- Identifies what happened, the same for every run that meets it: for a credential its X user and version.
  key text not null unique,
  x_user_id text not null,
  screen_name text not null,
  connection_ids uuid[] not null check (cardinality(connection_ids) > 0),
  reason text not null,
  queued_at timestamptz not null default clock_timestamp(),
  message_id uuid references importer.notification_messages,
  -- What X refuses, as a stable code and as the one step that cures it.
  code text,
  next_step text,
  -- The credential became valid, or its last connection ended, before every channel had it.
  withdrawn_at timestamptz
);
create index notifications_queued on importer.notifications (queued_at) where message_id is null;
create index notifications_by_message on importer.notifications (message_id);
