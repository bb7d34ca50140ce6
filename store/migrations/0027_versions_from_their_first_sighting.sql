-- Why: a version of an entity began at its last sighting and not at its first, because each sighting moved `observed_at`,
-- changed or not: a name that had held for months was valid for a day, and every row was written anew daily for nothing.
-- Now `observed_at` is the moment from which on the values are known to hold, and a sighting that finds nothing new writes
-- no row. That an older page must not undo what a newer one has confirmed needs the moment of the newest: one for an
-- account and level is enough, where one for each entity would be the same writing again.

create table importer.entity_sightings (
  account_id text collate "C" not null references importer.accounts,
  level importer.level not null,
  -- X's clock on the newest page of the level that was mirrored.
  seen_at timestamptz not null,
  primary key (account_id, level)
);

insert into importer.entity_sightings (account_id, level, seen_at)
select account_id, level, max(observed_at) from importer.entities group by 1, 2;

-- A change always left a version, so what is stored held since the version before it ended. When the first one of an
-- entity began is known to nobody any more.
update importer.entity_versions v set observed_at = before.ended
from (
  select account_id, level, entity_id, observed_at, lag(observed_at) over entity as began, lag(superseded_at) over entity as ended
  from importer.entity_versions window entity as (partition by account_id, level, entity_id order by observed_at)
) before
where (v.account_id, v.level, v.entity_id, v.observed_at) = (before.account_id, before.level, before.entity_id, before.observed_at)
  and before.ended > before.began and before.ended < v.observed_at;

update importer.entities e set observed_at = v.ended
from (select account_id, level, entity_id, max(superseded_at) as ended from importer.entity_versions group by 1, 2, 3) v
where (e.account_id, e.level, e.entity_id) = (v.account_id, v.level, v.entity_id) and v.ended < e.observed_at;
