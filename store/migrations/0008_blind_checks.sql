-- Why: X's change feed must not be trusted without a check. Once a week a daily sync reads blindly: days and entities
-- that are expected to be unchanged, because the feed has not named them. Differences are what the feed has missed.

create table importer.blind_check_runs (
  run_id uuid primary key references importer.import_runs,
  account_id text collate "C" not null references importer.accounts,
  first_day date not null,
  last_day date not null,
  -- X's clock when the feed was asked: what it had named by then is not part of the check.
  asked_at timestamptz not null,
  -- Entity-days, by metric set, that were read for the check alone.
  entity_days bigint not null check (entity_days >= 0),
  -- Set by a later daily sync: the feed lags by two hours, so only its next answer shows what it never named.
  judged_at timestamptz,
  check (first_day <= last_day)
);
create index on importer.blind_check_runs (account_id, last_day);

-- What is read for the check alone, until it is judged.
create table importer.blind_check_days (
  run_id uuid not null references importer.blind_check_runs on delete cascade,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  metric_set text not null,
  days datemultirange not null check (not isempty(days)),
  primary key (run_id, level, entity_id, placement, metric_set)
);

-- What the feed had missed, by entity-day. The values themselves are in restatements and facts, under this receipt.
create table importer.blind_check_findings (
  run_id uuid not null references importer.blind_check_runs on delete cascade,
  account_id text collate "C" not null,
  level importer.level not null,
  entity_id text collate "C" not null,
  placement text collate "C" not null,
  metric_set text not null,
  day date not null,
  receipt_id bigint not null,
  values_differing int not null check (values_differing > 0),
  -- Billed micros: what is stored now minus what was stored before.
  spend_difference numeric not null,
  primary key (run_id, level, entity_id, placement, metric_set, day)
);
