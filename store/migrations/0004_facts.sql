-- Why: facts carry [observed_at, superseded_at), so that a number X restates is kept, and every number has its receipt.
-- The current value lives alone in a table partitioned by month of the day, so that reading and landing stay quick.

create table importer.receipts (
  id bigint generated always as identity primary key,
  account_id text collate "C" not null,
  run_id uuid not null references importer.import_runs,
  workflow_id text not null,
  slice_id bigint references importer.slices,
  x_job_id text not null,
  request jsonb not null,
  response_sha256 text not null,
  response_bytes bigint not null,
  -- X's: the job's updated_at at SUCCESS. Order of landing is X's, not ours.
  observed_at timestamptz not null,
  landed_at timestamptz not null default now(),
  rows_read int not null,
  rows_new int not null,
  rows_changed int not null,
  rows_unchanged int not null,
  rows_zeroed int not null,
  rows_stale int not null,
  note text,
  unique (account_id, x_job_id),
  -- Every row that was read went somewhere.
  check (rows_read = rows_new + rows_changed + rows_unchanged + rows_stale)
);
alter table importer.ledger add foreign key (receipt_id) references importer.receipts;

create table importer.facts (
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  day date not null,
  receipt_id bigint not null,
  observed_at timestamptz not null,
  impressions bigint not null default 0,
  tweets_send bigint not null default 0,
  qualified_impressions bigint not null default 0,
  follows bigint not null default 0,
  app_clicks bigint not null default 0,
  retweets bigint not null default 0,
  unfollows bigint not null default 0,
  likes bigint not null default 0,
  engagements bigint not null default 0,
  clicks bigint not null default 0,
  card_engagements bigint not null default 0,
  poll_card_vote bigint not null default 0,
  replies bigint not null default 0,
  url_clicks bigint not null default 0,
  carousel_swipes bigint not null default 0,
  billed_engagements bigint not null default 0,
  billed_charge_local_micro bigint not null default 0,
  video_total_views bigint not null default 0,
  video_views_25 bigint not null default 0,
  video_views_50 bigint not null default 0,
  video_views_75 bigint not null default 0,
  video_views_100 bigint not null default 0,
  video_cta_clicks bigint not null default 0,
  video_content_starts bigint not null default 0,
  video_mrc_views bigint not null default 0,
  video_3s100pct_views bigint not null default 0,
  video_6s_views bigint not null default 0,
  video_15s_views bigint not null default 0,
  -- Metrics without a column of their own, by X's flattened name; the web conversions are here. Zeros are left out.
  more jsonb,
  primary key (account_id, level, entity_id, placement, day)
) partition by range (day);

create table importer.fact_versions (
  like importer.facts,
  superseded_at timestamptz not null,
  primary key (account_id, level, entity_id, placement, day, observed_at),
  check (superseded_at >= observed_at)
);

-- Mobile conversions come from jobs of their own, observed at moments of their own: a table of their own.
create table importer.mobile_facts (
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  day date not null,
  receipt_id bigint not null,
  observed_at timestamptz not null,
  more jsonb,
  primary key (account_id, level, entity_id, placement, day)
) partition by range (day);

create table importer.mobile_fact_versions (
  like importer.mobile_facts,
  superseded_at timestamptz not null,
  primary key (account_id, level, entity_id, placement, day, observed_at),
  check (superseded_at >= observed_at)
);

-- Partitions are made by the month when a range is planned; two planners at once are kept apart by the lock.
create function importer.ensure_partitions(first_day date, last_day date) returns void language plpgsql as $$
declare
  month date := date_trunc('month', first_day);
  parent text;
begin
  while month <= last_day loop
    foreach parent in array array['facts', 'mobile_facts'] loop
      if to_regclass(format('importer.%I', parent || to_char(month, '_YYYY_MM'))) is null then
        perform pg_advisory_xact_lock(hashtext('importer.ensure_partitions'));
        execute format(
          'create table if not exists importer.%I partition of importer.%I for values from (%L) to (%L)',
          parent || to_char(month, '_YYYY_MM'), parent, month, month + interval '1 month');
      end if;
    end loop;
    month := month + interval '1 month';
  end loop;
end $$;
