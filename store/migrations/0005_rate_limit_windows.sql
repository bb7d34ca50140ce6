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
