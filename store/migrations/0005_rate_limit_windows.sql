-- Why: X's limits are per user or per account, not per worker, so all workers share what its headers said.

create table importer.rate_limit_windows (
  -- `user:<x user id>` or `account:<account id>`
  scope text not null,
  family text not null,
  window_limit int not null,
  remaining int not null,
  window_seconds int not null,
  reset_at timestamptz not null,
  -- No call is made before it: calls are spread over the end of a window, and X may ask for a pause (retry-after).
  not_before timestamptz,
  observed_at timestamptz not null default clock_timestamp(),
  primary key (scope, family)
);

-- Who waits at which gate, so that a lower class leaves room while a higher one waits. Rows expire by `until`.
create table importer.rate_limit_waiters (
  scope text not null,
  family text not null,
  run_id text not null,
  class text not null check (class in ('person', 'daily', 'manual', 'history')),
  reason text not null,
  until timestamptz not null,
  primary key (scope, family, run_id)
);

-- The waits that people ask about later: those of more than five minutes.
create table importer.long_waits (
  id bigint generated always as identity primary key,
  run_id uuid not null references importer.import_runs on delete cascade,
  scope text not null,
  family text not null,
  reason text not null,
  began_at timestamptz not null default clock_timestamp(),
  until timestamptz not null
);
create index on importer.long_waits (run_id);

create function importer.note_long_wait() returns trigger language plpgsql as $$
begin
  update importer.long_waits set until = greatest(until, new.until), reason = new.reason
  where run_id = new.run_id::uuid and scope = new.scope and family = new.family and until > clock_timestamp();
  if not found then
    insert into importer.long_waits (run_id, scope, family, reason, until)
    select id, new.scope, new.family, new.reason, new.until from importer.import_runs where id = new.run_id::uuid;
  end if;
  return null;
end $$;
create trigger note_long_wait after insert or update on importer.rate_limit_waiters for each row
  when (new.until > clock_timestamp() + interval '5 minutes' and new.run_id ~ '^[0-9a-f-]{36}$')
  execute function importer.note_long_wait();
