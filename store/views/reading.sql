-- Why: analysts need the numbers and not the keys. A role that is given this reads facts, entities, receipts and coverage, and
-- nothing of credentials, sign-ins, people or of the schema app.

-- Lets a role read. Safe to repeat, and to be repeated after an update that brings further views.
create or replace function importer.let_read(reader regrole) returns void language plpgsql as $$
declare
  relation regclass;
begin
  execute format('grant usage on schema importer to %s', reader);
  for relation in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'importer'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
      and c.relname not in ('credentials', 'oauth_requests', 'connections', 'account_access', 'notifications',
        'notification_messages')
  loop
    execute format('grant select on %s to %s', relation, reader);
  end loop;
end $$;

-- Lets a role read the views only, and of tables what functions inside views read: accounts and their zones. `coverage` reads
-- the ledger, which is for operators.
create or replace function importer.let_read_views(reader regrole) returns void language plpgsql as $$
declare
  relation regclass;
begin
  execute format('grant usage on schema importer to %s', reader);
  for relation in
    select c.oid::regclass from pg_class c
    where c.relnamespace = 'importer'::regnamespace and (c.relkind = 'v' and c.relname <> 'coverage' or c.relname in ('accounts', 'account_zones'))
  loop
    execute format('grant select on %s to %s', relation, reader);
  end loop;
end $$;
