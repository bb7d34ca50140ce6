-- Why: every planning of a daily sync asks what the account's earlier runs have imported and when the feed was last heeded
-- to its end, and a year of a thousand accounts is a third of a million runs. Quick, whatever is stored.

create index import_runs_of_account on importer.import_runs (account_id, last_day);
