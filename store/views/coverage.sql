-- Why: a bookmark cannot express a hole. What X named as active (asks), minus what has landed with a receipt, is what
-- is missing; the ledger says why. Ranges are subtracted as ranges: a year of a thousand ads is some thousand rows.

-- The days of an account by level and placement. The reason also names what is special about the day of a zone switch,
-- whether the day is complete or not.
create function importer.coverage_of(of_account text, from_day date, to_day date)
returns table (
  level importer.level,
  placement text,
  day date,
  status text,
  -- Entity-days, by metric set, that X named and that have landed.
  expected bigint,
  landed bigint,
  reason text
) language sql stable as $$
  with whole as (select daterange(from_day, to_day, '[]') as days),
  -- Of a run and level, all answers or none: together they name everything that is active.
  answers as (
    select a.level, daterange(min(a.first_day), max(a.last_day), '[]') as days, max(a.unread) as unread
    from importer.asks a where a.account_id = of_account group by a.level, a.run_id
  ),
  asked as (
    select level, range_agg(days) as days, range_agg(days) filter (where unread is null) as whole, max(unread) as unread
    from answers group by 1
  ),
  sets as (
    select l.level, m.metric_set
    from unnest(enum_range(null::importer.level)) as l (level), (values ('standard'), ('mobile')) as m (metric_set)
    where m.metric_set = 'standard'
      or (l.level in ('CAMPAIGN', 'LINE_ITEM', 'PROMOTED_TWEET')
        and (select a.has_app_line_items from importer.accounts a where a.id = of_account))
  ),
  -- X names from when to when an entity changed, with gaps in between. A manual backfill asks for its own days, so beyond
  -- them such a gap would count as activity that nobody reads; daily syncs name corrections of days before, and the
  -- history what was recorded of the days after it.
  named as (
    select r.level, r.placement, s.metric_set, r.entity_id,
      range_agg(r.days * w.days * case when u.kind = 'manual' then daterange(a.first_day, a.last_day, '[]') else w.days end)
        * coalesce(datemultirange(w.days) * k.days, '{}') as days
    from importer.ask_records r join importer.asks a on a.id = r.ask_id join importer.import_runs u on u.id = a.run_id
    cross join whole w join sets s on s.level = r.level join asked k on k.level = r.level
    where r.account_id = of_account and r.days && w.days
    group by r.level, r.placement, s.metric_set, r.entity_id, w.days, k.days
  ),
  -- Grouped, not joined: until Postgres has analysed the rows of a first import it would compare each with each.
  entries as (
    select e.level, e.placement, e.metric_set, e.entity_id,
      range_agg(e.named) as named,
      range_agg(e.days) filter (where e.state = 'landed' and e.receipt is not null) as landed,
      range_agg(e.days) filter (where e.state = 'failed') as failed,
      range_agg(e.days) filter (where e.state = 'unavailable') as unavailable,
      range_agg(e.days) filter (where e.state = 'open' and e.slice = 'in_flight') as in_flight,
      range_agg(e.days) filter (where e.state = 'open' and e.slice <> 'in_flight') as planned,
      max(e.reason) filter (where e.state in ('failed', 'unavailable')) as reason
    from (
      select l.level, l.placement, l.metric_set, l.entity_id, null::datemultirange as named, l.days, l.state,
        r.id as receipt, s.state as slice, l.reason
      from importer.ledger l cross join whole w
      left join importer.receipts r on r.id = l.receipt_id
      left join importer.slices s on s.id = l.slice_id
      where l.account_id = of_account and l.days && w.days
      union all
      select n.level, n.placement, n.metric_set, n.entity_id, n.days, null, null, null, null, null from named n
    ) e
    group by 1, 2, 3, 4
  ),
  holes as (
    select e.level, e.placement, e.failed, e.unavailable, e.in_flight, e.planned, e.reason,
      unnest(e.named - coalesce(e.landed, '{}')) as days
    from entries e where e.named is not null
  ),
  hole_days as (
    select h.level, h.placement, d.day::date as day, count(*) as missing,
      bool_or(h.failed @> d.day::date) as failed, bool_or(h.unavailable @> d.day::date) as unavailable,
      bool_or(h.in_flight @> d.day::date) as in_flight, bool_or(h.planned @> d.day::date) as planned,
      max(h.reason) filter (where h.failed @> d.day::date or h.unavailable @> d.day::date) as reason
    from holes h, generate_series(lower(h.days), upper(h.days) - 1, interval '1 day') as d (day)
    group by 1, 2, 3
  ),
  -- The count of a day is the running sum of what begins and ends, so that no row per entity-day is needed.
  changes as (
    select n.level, n.placement, b.day, sum(b.change) as change
    from named n, unnest(n.days) as r (days),
      lateral (values (lower(r.days), 1), (upper(r.days), -1)) as b (day, change)
    group by 1, 2, 3
  ),
  grid as (
    select p.level, p.placement, d.day::date as day
    from (
        select c.level, c.placement from changes c
        union select l.level, 'ALL_ON_TWITTER' from unnest(enum_range(null::importer.level)) as l (level)
      ) p,
      generate_series(from_day, to_day, interval '1 day') as d (day)
  ),
  counted as (
    select g.level, g.placement, g.day,
      coalesce(sum(c.change) over (partition by g.level, g.placement order by g.day), 0)::bigint as expected
    from grid g left join changes c on c.level = g.level and c.placement = g.placement and c.day = g.day
  )
  select c.level, c.placement, c.day,
    case
      when not coalesce(k.whole @> c.day, false) then 'missing'
      when h.missing is null then case when c.expected > 0 then 'complete' else 'verified_empty' end
      when h.failed then 'failed'
      when h.unavailable then 'unavailable'
      when h.in_flight then 'in_flight'
      when h.planned then 'planned'
      else 'missing'
    end,
    c.expected,
    c.expected - coalesce(h.missing, 0),
    nullif(concat_ws('; ',
      case
        when not coalesce(k.days @> c.day, false) then 'X was not asked yet what was active on this day'
        when not coalesce(k.whole @> c.day, false)
          then concat('X named something as active that cannot be read: ', left(k.unread, 500))
        else coalesce(h.reason, case when h.missing > 0 and not coalesce(h.in_flight or h.planned, false)
          then 'X named it, but it has not landed' end)
      end,
      z.switch_note), '')
  from counted c
  left join asked k on k.level = c.level
  left join hole_days h on h.level = c.level and h.placement = c.placement and h.day = c.day
  left join importer.account_zones z on z.account_id = of_account and z.switch_day = c.day
$$;

-- Every account over the days that it was asked about, and how settled each day was when X last described the account.
create view importer.coverage as
select a.account_id, c.*, importer.finality(c.day, z.zone collate "default", x.observed_at) as finality
from (select account_id, min(first_day) as first_day, max(last_day) as last_day from importer.asks group by 1) a
join importer.accounts x on x.id = a.account_id
cross join lateral importer.coverage_of(a.account_id, a.first_day, a.last_day) c
left join lateral importer.zone_of_day(a.account_id, c.day) z on true;

-- The days of an account from a day on by the worst of their levels and placements. `unavailable` ranks lowest: it is not
-- curable and must not hide a state that is.
create function importer.folded_coverage(of_account text, from_day date, to_day date)
returns table (day date, status text, reason text) language sql stable as $$
  select day, (array['verified_empty', 'complete', 'unavailable', 'in_flight', 'planned', 'missing', 'failed'])[max(rank)],
    (array_agg(c.reason order by rank desc, c.level) filter (where c.reason is not null))[1]
  from importer.coverage_of(of_account, from_day, to_day) c
  cross join lateral (select array_position(
    array['verified_empty', 'complete', 'unavailable', 'in_flight', 'planned', 'missing', 'failed'], c.status) as rank) r
  group by day
$$;
