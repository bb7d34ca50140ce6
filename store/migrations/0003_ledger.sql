-- Why: a bookmark cannot express a hole. For each entity, placement, metric set and range of days the ledger says what
-- is planned, in flight, landed, failed or unavailable, and no entity-day may be claimed by two runs at once.

-- One import of a range of days. Claims, calls and slots belong to a run and end with it.
create table importer.import_runs (
  id uuid primary key,
  connection_id uuid not null references importer.connections,
  account_id text collate "C" not null references importer.accounts,
  x_user_id text not null,
  kind text not null check (kind in ('history', 'daily', 'manual')),
  first_day date not null,
  last_day date not null,
  -- Read days again that have landed already.
  refetch boolean not null default false,
  workflow_id text not null,
  state text not null default 'running' check (state in ('running', 'completed', 'cancelled', 'failed', 'abandoned')),
  reason text,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  -- The id that the answer to a manual backfill gave: a person follows and cancels the backfill under it.
  request_id text,
  -- The run while it is running. Claims, slices and jobs refer to it while they are open, so that none can belong to a
  -- run that has ended: whoever plans while a run is being ended is refused, in whichever order the two commit.
  running_id uuid generated always as (case when state = 'running' then id end) stored unique,
  check (first_day <= last_day),
  check ((state = 'running') = (ended_at is null)),
  check (request_id is null or kind = 'manual')
);
create index on importer.import_runs (account_id) where state = 'running';
create index on importer.import_runs (connection_id, started_at);
-- For the gauges, which are read every minute: when each account was last completed.
create index import_runs_completed on importer.import_runs (account_id, ended_at) where state = 'completed';
-- Each planning of a daily sync asks which days the account's earlier runs have imported and until when the change feed
-- was followed. A year of a thousand accounts is a third of a million runs.
create index import_runs_of_account on importer.import_runs (account_id, last_day);

-- One stored active_entities answer: what X said changed, for changes recorded in [window_from, window_to).
create table importer.asks (
  id bigint generated always as identity primary key,
  account_id text collate "C" not null references importer.accounts,
  run_id uuid not null references importer.import_runs,
  level importer.level not null,
  window_from timestamptz not null,
  window_to timestamptz not null,
  -- The days for which this ask, together with those of its run and level, names everything that is active.
  first_day date not null,
  last_day date not null,
  observed_at timestamptz not null,
  response_sha256 text not null,
  -- What X named and could not be read, each with the reason: the days of its run and level are not complete.
  unread text,
  unique (run_id, level, window_from, window_to),
  check (window_from < window_to)
);
create index on importer.asks (account_id, level);
-- The daily sync asks X only about time that was not asked about yet.
create index asks_by_window on importer.asks (account_id, level, window_to);

create table importer.ask_records (
  ask_id bigint not null references importer.asks on delete cascade,
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  days daterange not null check (not isempty(days)),
  activity_from timestamptz not null,
  activity_to timestamptz not null,
  primary key (ask_id, entity_id, placement)
);
create index on importer.ask_records (account_id, level);

-- The unit of import: account, level, placement, metric set, range of days, at most 20 ids. It has one stats job at a
-- time.
create table importer.slices (
  id bigint generated always as identity primary key,
  account_id text collate "C" not null references importer.accounts,
  run_id uuid not null references importer.import_runs,
  level importer.level not null,
  placement text collate "C" not null,
  metric_set text not null check (metric_set in ('standard', 'mobile')),
  entity_ids text[] not null check (cardinality(entity_ids) between 1 and 20),
  first_day date not null,
  last_day date not null,
  state text not null default 'planned'
    check (state in ('planned', 'in_flight', 'landed', 'failed', 'split', 'released')),
  failures int not null default 0,
  -- Its jobs that ended before they could be read: a slice has a bound on jobs, whatever the reason.
  interruptions int not null default 0,
  -- Ids that a finished file left out are requested again; this counts how often.
  omissions int not null default 0,
  not_before timestamptz,
  reason text,
  created_at timestamptz not null default now(),
  open_run_id uuid generated always as (case when state in ('planned', 'in_flight') then run_id end) stored
    constraint open_slices_end_with_their_run references importer.import_runs (running_id),
  check (first_day <= last_day and last_day - first_day < 90)
);
create index on importer.slices (run_id, state);
create index on importer.slices (account_id);
create index slices_of_open_run on importer.slices (open_run_id) where open_run_id is not null;

create table importer.ledger (
  id bigint generated always as identity primary key,
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  metric_set text not null,
  days daterange not null check (not isempty(days)),
  -- open: claimed by a run; planned or in flight as its slice says.
  state text not null check (state in ('open', 'landed', 'failed', 'unavailable')),
  run_id uuid not null references importer.import_runs,
  slice_id bigint references importer.slices,
  receipt_id bigint,
  -- When X computed the landed numbers: the job's updated_at at SUCCESS.
  observed_at timestamptz,
  reason text,
  open_run_id uuid generated always as (case when state = 'open' then run_id end) stored
    constraint claims_end_with_their_run references importer.import_runs (running_id),
  check ((state = 'landed') = (receipt_id is not null)),
  check (state <> 'open' or slice_id is not null),
  -- One number instead of four texts: the index is a third of the size, and it took most of the time of planning a
  -- large account. Claims of two entities that share a number by chance refuse each other; with a million open claims
  -- that is one chance in thirty million, and it loses nothing.
  constraint no_entity_day_is_claimed_twice exclude using gist (
    hashtextextended(account_id || '/' || entity_id || '/' || placement || '/' || metric_set, 0) with =,
    level with =, days with &&
  ) where (state = 'open')
);
create index ledger_by_entity on importer.ledger (account_id, level, entity_id, placement, metric_set);
-- Whoever deletes slices or runs asks for each whether something still refers to it.
create index ledger_by_slice on importer.ledger (slice_id);
create index ledger_by_run on importer.ledger (run_id);
create index claims_of_open_run on importer.ledger (open_run_id) where open_run_id is not null;
create index ledger_by_receipt on importer.ledger (receipt_id);

-- X's stats jobs. A row in creating or processing reserves a slot: X allows 100 in processing per ad account.
create table importer.jobs (
  id bigint generated always as identity primary key,
  slice_id bigint not null references importer.slices,
  run_id uuid not null references importer.import_runs,
  account_id text collate "C" not null references importer.accounts,
  x_user_id text not null,
  x_job_id text,
  state text not null default 'creating'
    check (state in ('creating', 'processing', 'ready', 'landed', 'failed', 'cancelled', 'refused', 'lost')),
  -- Our clock: when the create was sent. Its answer may be lost, so this row is written before the call.
  attempted_at timestamptz not null default clock_timestamp(),
  -- X's clock: from the job object.
  created_at_x timestamptz,
  updated_at_x timestamptz,
  expires_at timestamptz,
  url text,
  last_seen_at timestamptz,
  ready_at timestamptz,
  -- Downloads that could not be parsed.
  bad_files int not null default 0,
  ended_at timestamptz,
  reason text,
  -- The run ended while X still computed the job, or its create was under way: X is still to be told to cancel it.
  left_at_x boolean not null default false,
  open_run_id uuid generated always as (case when state in ('creating', 'processing', 'ready') then run_id end) stored
    constraint open_jobs_end_with_their_run references importer.import_runs (running_id),
  unique (account_id, x_job_id),
  check (state in ('creating', 'refused', 'lost') or x_job_id is not null),
  check (not left_at_x or state in ('cancelled', 'lost'))
);
-- A worker killed between creating a job and storing its id must not leave two live jobs for one slice.
create unique index one_live_job_per_slice on importer.jobs (slice_id)
  where state in ('creating', 'processing', 'ready');
create index jobs_holding_slots on importer.jobs (account_id) where state in ('creating', 'processing');
create index jobs_of_run on importer.jobs (run_id) where state in ('creating', 'processing', 'ready');
create index jobs_by_run on importer.jobs (run_id);
create index jobs_by_slice on importer.jobs (slice_id);
create index jobs_of_open_run on importer.jobs (open_run_id) where open_run_id is not null;
create index jobs_left_at_x on importer.jobs (account_id) where left_at_x;

-- What X's x-concurrent-job-limit headers last said, for all runs and workers of an account.
create table importer.job_slots (
  account_id text collate "C" primary key references importer.accounts,
  job_limit int not null,
  remaining int not null,
  observed_at timestamptz not null,
  -- Set when X refuses with TOO_MANY_JOBS although slots were believed free: other tools hold them.
  not_before timestamptz,
  -- When X was last asked because its headers had become old. One run asks for all runs and workers of the account,
  -- also where no answer comes; without asking, an account that X had called full would stay full.
  asked_at timestamptz
);

-- The coverage of each account as ranges of days, over all levels and placements: a list of a thousand connections cannot
-- compute a thousand coverages. It is computed anew when a run has begun or ended, or landed days were taken out.
create table importer.account_days (
  account_id text collate "C" primary key references importer.accounts on delete cascade,
  -- Complete or verified empty at every level.
  complete datemultirange not null default '{}',
  -- X does not give something of them, and all else is complete.
  unavailable datemultirange not null default '{}',
  stale boolean not null,
  computed_at timestamptz not null,
  took_ms int not null default 0
);

create function importer.days_moved() returns trigger language plpgsql as $$
begin
  update importer.account_days set stale = true
  where account_id = coalesce(new.account_id, old.account_id) and not stale;
  return null;
end $$;
create trigger days_moved after insert or update of state or delete on importer.import_runs for each row
  execute function importer.days_moved();

-- When a worker was last there: one row for all workers of the installation.
create table importer.worker_beat (
  one boolean primary key default true check (one),
  seen_at timestamptz not null
);
