-- Why: a query that serves people takes who is looking and returns only what that viewer may see, so that a forgotten
-- check shows nothing. A viewer comes as the JSON of `domain/viewer.ts`. The functions return rows so that
-- Postgres expands them inside the query that calls them.

-- The connections that a viewer sees.
create function importer.visible_connections(viewer jsonb) returns setof importer.connections
language sql stable as $$
  select c.* from importer.connections c
  where viewer ->> 'kind' = 'operator'
    or (viewer ->> 'kind' = 'member' and c.workspace_id::text = viewer ->> 'workspaceId'
      and (c.created_by = viewer ->> 'personId'
        or case c.privacy
          when 'workspace' then true
          when 'team' then coalesce(viewer -> 'teamIds' ? c.team_id::text, false)
          else false
        end))
$$;

-- The accounts whose facts a viewer sees: those that a connection which the viewer sees reads, and for the operator all.
create function importer.visible_accounts(viewer jsonb) returns setof importer.accounts
language sql stable as $$
  select a.* from importer.accounts a
  where viewer ->> 'kind' = 'operator'
    or exists (
      select from importer.grants g join importer.visible_connections(viewer) c on c.id = g.connection_id
      where g.account_id = a.id and g.ended_at is null)
$$;
