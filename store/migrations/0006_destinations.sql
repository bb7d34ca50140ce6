-- Why: UTM parameters come from the ad's final destination. They are computed once, when a tweet or a card is stored,
-- so that views over years of ad-days do not parse the same address again and again. The functions are here and not in
-- store/views/ because stored columns are made by them: whoever changes one must rewrite those columns.

-- Form decoding: '+' is a space, the bytes are UTF-8. What cannot be decoded is returned as it is.
create function importer.url_decode(encoded text) returns text language plpgsql immutable strict as $$
declare
  bytes bytea := '';
  part text;
begin
  if encoded !~ '[%+]' then
    return encoded;
  end if;
  for part in select m[1] from regexp_matches(encoded, '%[0-9A-Fa-f]{2}|[^%]+|%', 'g') as m loop
    bytes := bytes || case
      when part ~ '^%[0-9A-Fa-f]{2}$' then decode(substr(part, 2), 'hex')
      else convert_to(replace(part, '+', ' '), 'UTF8')
    end;
  end loop;
  return convert_from(bytes, 'UTF8');
exception when character_not_in_repertoire or untranslatable_character then
  return encoded;
end $$;

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
-- card (docs/x-ads-api.md §7): where there is no other link, the card's destination counts.
create function importer.first_text_link(urls jsonb) returns text language sql immutable strict as $$
  select link->>'expanded_url'
  from jsonb_array_elements(case when jsonb_typeof(urls) = 'array' then urls else '[]' end)
    with ordinality as links (link, position)
  where link->>'expanded_url' <> ''
    and link->>'expanded_url' !~* '^(https?://)?(t\.co|cards(-[a-z]+)?\.(twitter|x)\.com)([/:?#]|$)'
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
