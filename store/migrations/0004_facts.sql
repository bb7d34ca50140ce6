-- Why: facts carry [observed_at, superseded_at), so that a number that X restates is kept, and every number has its
-- receipt. The current values are in a table of their own, partitioned by month of the day, so that reading and landing
-- stay quick.

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
  -- X's clock: the job's updated_at at SUCCESS. It orders landings; the time of landing does not.
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
  -- Every row that was read is accounted for.
  check (rows_read = rows_new + rows_changed + rows_unchanged + rows_stale)
);
alter table importer.ledger add foreign key (receipt_id) references importer.receipts;
-- For the gauges, which are read every minute: when did each running import last land something?
create index receipts_of_run on importer.receipts (run_id, landed_at);
create index receipts_by_slice on importer.receipts (slice_id);

-- X may send any metric as a fraction, and amounts beyond a bigint, so metrics are numeric: exact, whatever the size.
-- A metric with a column of its own is added here by a migration and in NAMED_METRICS of domain/metrics.ts; the views
-- are filled from that list.
create table importer.facts (
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  day date not null,
  receipt_id bigint not null,
  observed_at timestamptz not null,
  impressions numeric not null default 0,
  tweets_send numeric not null default 0,
  qualified_impressions numeric not null default 0,
  follows numeric not null default 0,
  app_clicks numeric not null default 0,
  retweets numeric not null default 0,
  unfollows numeric not null default 0,
  likes numeric not null default 0,
  engagements numeric not null default 0,
  clicks numeric not null default 0,
  card_engagements numeric not null default 0,
  poll_card_vote numeric not null default 0,
  replies numeric not null default 0,
  url_clicks numeric not null default 0,
  carousel_swipes numeric not null default 0,
  billed_engagements numeric not null default 0,
  billed_charge_local_micro numeric not null default 0,
  video_total_views numeric not null default 0,
  video_views_25 numeric not null default 0,
  video_views_50 numeric not null default 0,
  video_views_75 numeric not null default 0,
  video_views_100 numeric not null default 0,
  video_cta_clicks numeric not null default 0,
  video_content_starts numeric not null default 0,
  video_mrc_views numeric not null default 0,
  video_3s100pct_views numeric not null default 0,
  video_6s_views numeric not null default 0,
  video_15s_views numeric not null default 0,
  -- Metrics without a column of their own, by X's flattened name, web conversions among them. Zeros are left out.
  more jsonb,
  -- The metrics that have a column, each times a weight of its own, added up (store/facts/checksum.ts). Where it agrees,
  -- sums of all of them agree, so that one sum per parent and day is enough to compare the levels. Null: not known.
  checksum numeric,
  primary key (account_id, level, entity_id, placement, day)
) partition by range (day);

create table importer.fact_versions (
  like importer.facts,
  superseded_at timestamptz not null,
  primary key (account_id, level, entity_id, placement, day, observed_at),
  check (superseded_at >= observed_at)
);
-- Questions name the account and the day; the primary key leads with the level, which they seldom name.
create index fact_versions_by_day on importer.fact_versions (account_id, day);
-- For the gauges, which are read every minute: what was restated lately.
create index fact_versions_by_time on importer.fact_versions using brin (superseded_at);

-- Mobile conversions come from jobs of their own, which X computes at moments of their own.
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
create index mobile_fact_versions_by_day on importer.mobile_fact_versions (account_id, day);

-- Sums of facts, so that Ad Performance over a year does not add up each day of each ad: what an entity had from the first of a
-- month through certain days of it (domain/roll-up.ts), the funding instruments left out.
create table importer.rolled_up (
  account_id text collate "C" not null,
  level importer.level not null,
  through date not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  -- How many rows of facts were added up.
  facts int not null,
  -- In the order of SUMMED of domain/performance-metrics.ts, null for zero: most are, and a null takes no room.
  sums numeric[] not null,
  primary key (account_id, level, through, entity_id, placement)
);

-- Months of which facts have changed since they were rolled up: of them the facts answer. Whatever changes facts adds a row in
-- its own transaction, and waits for nobody; rolling up deletes the rows that it has seen.
create table importer.not_rolled_up (
  id bigint generated always as identity primary key,
  account_id text collate "C" not null,
  month date not null,
  noted_at timestamptz not null default now()
);
create index on importer.not_rolled_up (account_id, month);
