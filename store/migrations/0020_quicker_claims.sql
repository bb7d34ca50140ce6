-- Why: most of the time that planning a large account takes went into an index of five texts for each claim. Four of them as
-- one number are a third of the size and the work. Two claims of different entities that share a number by chance would
-- refuse each other; with a million claims open at once that is one chance in thirty million, and nothing is lost by it.

alter table importer.ledger drop constraint no_entity_day_is_claimed_twice;
alter table importer.ledger add constraint no_entity_day_is_claimed_twice exclude using gist (
  hashtextextended(account_id || '/' || entity_id || '/' || placement || '/' || metric_set, 0) with =, level with =, days with &&
) where (state = 'open');
