/*
 * The view in the address bar. Its words are those of `GET /performance`, so that what is asked and what is looked at are
 * one; what they may be, the API says.
 */

/** Which rows are asked for, beside the range: comma-separated lists; an empty text stands for *without*. */
export const VIEW_FILTERS = [
  'campaign',
  'adGroup',
  'ad',
  'objective',
  'status',
  'utmSource',
  'utmMedium',
  'utmCampaign',
  'utmTerm',
  'utmContent',
] as const;
export type Filter = (typeof VIEW_FILTERS)[number];

const OTHERS = [
  'last',
  'from',
  'to',
  'compare',
  'account',
  'text',
  'asOf',
  'groupBy',
  'columns',
  'metrics',
  'orderBy',
  'page',
  /** The metric that the chart draws. */
  'chart',
  /** `table` shows the chart as a table. */
  'as',
  /** The day and account whose receipts are open. */
  'day',
  'dayOf',
  /** The saved view that was opened. */
  'saved',
] as const;

type Key = Filter | (typeof OTHERS)[number];
export type View = { readonly [K in Key]?: string | undefined };

const isFilter = (key: Key): key is Filter => VIEW_FILTERS.includes(key as Filter);

/** What an address says of the view; a value that looks like a number is read as text. */
export const performanceViewOf = (search: Record<string, unknown>): View =>
  Object.fromEntries(
    [...VIEW_FILTERS, ...OTHERS].flatMap((key) => {
      const value = search[key];
      if (typeof value !== 'string' && typeof value !== 'number') return [];
      return value === '' && !isFilter(key) ? [] : [[key, String(value)]];
    }),
  );

/** The view with some of it changed. What changes the rows leads back to the first page of them. */
export const changed = (view: View, change: View): View => {
  const keeps = ['page', 'chart', 'as', 'day', 'dayOf', 'saved'] as const;
  const isOfRows = Object.keys(change).some((key) => !keeps.includes(key as (typeof keeps)[number]));
  return performanceViewOf({ ...view, ...(isOfRows ? { page: undefined } : {}), ...change });
};

/** What of the view is worth keeping. */
export const savedPart = ({ saved: _saved, page: _page, day: _day, dayOf: _dayOf, ...rest }: View) =>
  performanceViewOf(rest) as Readonly<Record<string, string>>;

/** A comma within a value is written `\,`. */
export const valuesIn = (value: string | undefined): readonly string[] =>
  value === undefined ? [] : value.split(/(?<!\\),/).map((each) => each.replaceAll('\\,', ','));
export const valuesText = (values: readonly string[]): string =>
  values.map((each) => each.replaceAll(',', '\\,')).join(',');

/** Everything but the range, the account and how it is shown. */
export const hasFilter = (view: View): boolean =>
  view.text !== undefined || view.account !== undefined || VIEW_FILTERS.some((key) => view[key] !== undefined);

export const withoutFilters = (view: View): View =>
  changed(view, {
    ...Object.fromEntries(VIEW_FILTERS.map((key) => [key, undefined])),
    text: undefined,
    account: undefined,
  });

export const DEFAULT_LAST = '30d';
export const ROWS_OF_A_PAGE = 100;

/** The first of them is the default. */
export const COMPARE_CHOICES = ['previous_period', 'same_weekdays', 'previous_year', 'none'] as const;

export const groupsOf = (view: View): readonly string[] => valuesIn(view.groupBy ?? 'campaign');
export const pageOf = (view: View): number => Math.max(1, Math.trunc(Number(view.page ?? 1)) || 1);

export const rangeQuestion = ({ last, from, to }: View) =>
  from === undefined && to === undefined ? { last: last ?? DEFAULT_LAST } : { from, to };

/** The part of the question that tiles, chart and table share. */
export const commonQuestion = ({ last, from, to, compare, account, text, asOf, ...rest }: View) => ({
  ...rangeQuestion({ last, from, to }),
  ...(compare === 'none' ? {} : { compare: compare ?? COMPARE_CHOICES[0] }),
  account,
  text,
  asOf,
  ...Object.fromEntries(VIEW_FILTERS.map((key) => [key, rest[key]])),
});
