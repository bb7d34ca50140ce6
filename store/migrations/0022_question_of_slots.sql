-- Why: what X last said of an account's job slots never changed where nothing of ours was computed, so an account that X had
-- called full stayed full for good. Now X is asked when its word is old; this is when, so that of all runs and workers of
-- the account one asks and the others wait, also where the answer never comes.

alter table importer.job_slots add column asked_at timestamptz;
