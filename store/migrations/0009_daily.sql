-- Why: the daily sync asks X only what it has not told yet, so it must know quickly which time was asked about, and at
-- which local time each grant wants its days.

alter table importer.grants add column daily_at time not null default '10:00';
create index asks_by_window on importer.asks (account_id, level, window_to);
