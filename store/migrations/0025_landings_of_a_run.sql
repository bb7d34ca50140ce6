-- Why: whether an account stands still is asked every minute: when did each running import last land something?

create index receipts_of_run on importer.receipts (run_id, landed_at);
