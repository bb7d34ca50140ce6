-- Why: UTM parameters come from the ad's final destination. They are computed once, when a tweet or a card is stored,
-- so that views over years of ad-days do not parse the same address again and again. The functions are here and not in
-- store/views/ because stored columns are made by them: whoever changes one must rewrite those columns.

-- Form decoding: '+' is a space, the bytes are UTF-8. Bytes that are no UTF-8 stay as they are, and nothing else does: the
-- pattern is that of the well-formed sequences. NUL is left out, because Postgres cannot store it. Linear in the length.
create function importer.url_decode(encoded text) returns text language sql immutable strict as $$
  select case when encoded !~ '[%+]' then encoded else (
    select string_agg(coalesce(convert_from(decode(replace(part[1], '%', ''), 'hex'), 'UTF8'),
      replace(part[2], '+', ' '), '%'), '' order by position)
    from regexp_matches(encoded, '((?:%(?:'
      '0[1-9a-f]|[1-7][0-9a-f]|(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|'
      'e0%[ab][0-9a-f]%[89ab][0-9a-f]|e[1-9a-cef](?:%[89ab][0-9a-f]){2}|ed%[89][0-9a-f]%[89ab][0-9a-f]|'
      'f0%[9ab][0-9a-f](?:%[89ab][0-9a-f]){2}|f[1-3](?:%[89ab][0-9a-f]){3}|f4%8[0-9a-f](?:%[89ab][0-9a-f]){2}'
      '))+)|([^%]+)|%', 'gi') with ordinality as parts (part, position)
  ) end
$$;

-- The five UTM parameters of an address, decoded, or null when there is none. Names are matched in any case, because
-- people write UTM_Source and mean utm_source; values keep their case. Of repeated parameters the first that is not
-- empty counts. The fragment is not part of the query.
create function importer.utm_parameters(url text) returns jsonb language sql immutable strict as $$
  select jsonb_object_agg(name, value) from (
    select distinct on (name) name, value from (
      select lower(importer.url_decode(split_part(pair, '=', 1))) as name,
        importer.url_decode(substr(pair, nullif(strpos(pair, '='), 0) + 1)) as value,
        position
      from unnest(string_to_array(
          substr(split_part(url, '#', 1), nullif(strpos(split_part(url, '#', 1), '?'), 0) + 1), '&'))
        with ordinality as pairs (pair, position)
    ) as parameters
    where name in ('utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content') and value <> ''
    order by name, position
  ) as first_ones
$$;

-- The first link of a tweet that leads to a destination. A link to t.co or to X's card host is only the preview of a
-- card (docs/x-ads-api.md §7), and one to a page of X itself is a quoted tweet, a picture or a profile.
create function importer.first_text_link(urls jsonb) returns text language sql immutable strict as $$
  select link->>'expanded_url'
  from jsonb_array_elements(case when jsonb_typeof(urls) = 'array' then urls else '[]' end)
    with ordinality as links (link, position)
  where link->>'expanded_url' <> ''
    and link->>'expanded_url' !~*
      '^(https?://)?(t\.co|((cards(-[a-z]+)?|www|m|mobile|pic)\.)?(twitter|x)\.com)([/:?#]|$)'
  order by position
  limit 1
$$;

create table importer.tweets (
  account_id text collate "C" not null references importer.accounts,
  tweet_id text collate "C" not null,
  name text,
  full_text text,
  card_uri text,
  -- entities.urls of X: [{url, expanded_url, display_url}]
  urls jsonb not null default '[]',
  -- X answers with fewer tweets than requested when one is deleted or foreign; stored, so that it is not requested for
  -- ever.
  missing boolean not null default false,
  raw jsonb,
  observed_at timestamptz not null,
  link_url text generated always as (importer.first_text_link(urls)) stored,
  link_utm jsonb generated always as (importer.utm_parameters(importer.first_text_link(urls))) stored,
  primary key (account_id, tweet_id)
);

create table importer.cards (
  account_id text collate "C" not null references importer.accounts,
  card_uri text not null,
  name text,
  card_type text,
  destination_url text,
  missing boolean not null default false,
  raw jsonb,
  observed_at timestamptz not null,
  destination_utm jsonb generated always as (importer.utm_parameters(destination_url)) stored,
  primary key (account_id, card_uri)
);
