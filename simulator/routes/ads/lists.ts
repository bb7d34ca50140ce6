import { ApiError, invalidParameter } from '../../errors.js';
import type { Json } from '../../json.js';
import { isMessy, type Profile } from '../../world/options.js';
import type { Listed } from '../../world/rows.js';
import type { Params } from './params.js';

/** What a collection accepts in its query. */
export interface ListRules {
  /** The field of the row that each query parameter filters by, with at most 200 ids (docs/x-ads-api.md §17.16). */
  readonly filters: Readonly<Record<string, string>>;
  /** The fields of `sort_by`; a collection without them ignores it, as X does every unknown parameter. */
  readonly sortable?: readonly string[];
  /** How `q` matches the name: a prefix on accounts, any part elsewhere (docs/x-ads-api.md §4.4). */
  readonly search?: 'prefix' | 'contains';
  readonly drafts?: boolean;
  readonly defaultCount?: number;
  readonly maxCount?: number;
  readonly profile: Profile;
  /** `data_type` of the answer. */
  readonly type: string;
  /** Values for `request.params` that come from the path. */
  readonly echo?: Readonly<Record<string, Json>>;
}

const MAX_IDS = 200;

const asText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

const compareValues = (a: Json | undefined, b: Json | undefined): number => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = asText(a);
  const right = asText(b);
  return left < right ? -1 : left > right ? 1 : 0;
};

const sorted = (
  rows: readonly Listed[],
  params: Params,
  sortable: readonly string[] | undefined,
): readonly Listed[] => {
  if (sortable === undefined) return rows;
  const keys = params.list('sort_by', MAX_IDS) ?? [];
  const orders = keys.map((key) => {
    const match = /^([a-z_]+)(?:-(asc|desc))?$/.exec(key);
    const field = match?.[1] ?? '';
    if (!sortable.includes(field)) {
      throw invalidParameter('sort_by', `Expected one of ${sortable.join(', ')}, got "${key}" for sort_by`);
    }
    return { field, sign: match?.[2] === 'desc' ? -1 : 1 };
  });
  return orders.length === 0
    ? rows
    : rows.toSorted((a, b) => {
        for (const { field, sign } of orders) {
          const order = compareValues(a.row[field], b.row[field]) * sign;
          if (order !== 0) return order;
        }
        return 0;
      });
};

const matchesName = (listed: Listed, q: string, search: 'prefix' | 'contains'): boolean => {
  const { name } = listed.row;
  if (typeof name !== 'string') return false;
  const [haystack, needle] = [name.toLowerCase(), q.toLowerCase()];
  return search === 'prefix' ? haystack.startsWith(needle) : haystack.includes(needle);
};

const CURSOR = 'c-';
/** Before a cursor that a page without rows leads to. */
const EMPTY = 'empty-';
/** A cursor, which is opaque to clients: the position in base 36. */
const cursorAt = (position: number): string => `${CURSOR}${(position + 60_466_176).toString(36)}`;
const positionOf = (cursor: string): number => {
  const position = Number.parseInt(cursor.slice(CURSOR.length), 36) - 60_466_176;
  if (!cursor.startsWith(CURSOR) || !(position >= 0))
    throw invalidParameter('cursor', 'Invalid cursor', { value: cursor });
  return position;
};

const filtered = (rows: readonly Listed[], params: Params, rules: ListRules): readonly Listed[] => {
  let kept = rows;
  for (const [parameter, field] of Object.entries(rules.filters)) {
    const ids = params.list(parameter, MAX_IDS);
    if (ids === undefined) continue;
    const wanted = new Set(ids);
    kept = kept.filter(({ row }) => wanted.has(asText(row[field])));
  }
  const q = rules.search === undefined ? undefined : params.text('q');
  const { search } = rules;
  if (q !== undefined && search !== undefined) kept = kept.filter((listed) => matchesName(listed, q, search));
  const withDeleted = params.flag('with_deleted');
  const withDraft = rules.drafts === true && params.flag('with_draft');
  return kept.filter(({ hidden, draft }) => (withDeleted || !hidden) && (withDraft || !draft));
};

/**
 * One page of a collection (docs/x-ads-api.md §4, §17.15 to §17.18, §17.20). In the profile `hostile` an empty page stands
 * before each next one, and the list moves: a page begins with the row that ended the one before, and repeats its own first.
 */
export const listPage = (all: readonly Listed[], params: Params, rules: ListRules): Json => {
  Object.assign(params.echo, rules.echo);
  const count = params.integer('count', 1, rules.maxCount ?? 1_000, rules.defaultCount ?? 200);
  const withTotal = params.flag('with_total_count');
  const cursor = params.text('cursor');
  if (withTotal && cursor !== undefined) {
    const message = 'cursor and with_total_count are mutually exclusive';
    throw new ApiError({ status: 400, errors: [{ code: 'EXCLUSIVE_PARAMETERS', message, parameter: 'cursor' }] });
  }
  const rows = sorted(filtered(all, params, rules), params, rules.sortable);
  const hostile = rules.profile === 'hostile';
  const isEmpty = hostile && cursor?.startsWith(EMPTY) === true;
  const at = isEmpty ? cursor.slice(EMPTY.length) : cursor;
  const from = at === undefined || at === '' ? 0 : positionOf(at);
  const page = isEmpty ? [] : rows.slice(from, from + count);
  const repeated = hostile && !isEmpty ? [...rows.slice(Math.max(0, from - 1), from), ...page.slice(0, 1)] : [];
  const request: Json = { params: { ...params.echo } };
  // Only a page shorter than count is the last. A full last page is followed by an empty one (docs/x-ads-api.md §4.2,
  // §17.17).
  const next = page.length < count ? null : `${hostile ? EMPTY : ''}${cursorAt(from + count)}`;
  return {
    request: hostile ? [request] : request,
    next_cursor: isEmpty ? cursorAt(from) : next,
    ...(withTotal || hostile ? { total_count: rows.length } : {}),
    data: [...page, ...repeated].map(({ row }) => row),
    ...(isMessy(rules.profile) ? { data_type: rules.type } : {}),
  };
};

/** One record by its id; a deleted record is 404 without `with_deleted` (docs/x-ads-api.md §17.19). */
export const single = (
  all: readonly Listed[],
  id: string,
  params: Params,
  name: string,
  echo: Readonly<Record<string, Json>>,
): Json => {
  Object.assign(params.echo, echo);
  const withDeleted = params.flag('with_deleted');
  const withDraft = params.flag('with_draft');
  const found = all.find(({ row }) => row['id'] === id);
  const visible = found !== undefined && (withDeleted || !found.hidden) && (withDraft || !found.draft);
  if (!visible) {
    const message = `${name.toLowerCase().replaceAll('_', ' ')} ${id} was not found`;
    throw new ApiError({
      status: 404,
      errors: [{ code: `${name}_NOT_FOUND`, message: message.charAt(0).toUpperCase() + message.slice(1) }],
    });
  }
  return { request: { params: { ...params.echo } }, data: found.row };
};
