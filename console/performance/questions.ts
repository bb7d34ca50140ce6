/* What the page asks the API, from the view. */

import { columnsOf, tilesOf } from './columns.js';
import { commonQuestion, groupsOf, valuesText, pageOf, rangeQuestion, ROWS_OF_A_PAGE, type View } from './view.js';

export type Question = Readonly<Record<string, string | number | undefined>>;

/** Newest first where rows are days, else the largest spend first. */
export const orderOf = (view: View): string =>
  view.orderBy ?? (/^(day|week|month)$/.test(groupsOf(view)[0] ?? '') ? `-${groupsOf(view)[0]}` : '-spend');

/** For tiles and chart: every day, in every currency. */
export const daysQuestion = (view: View): Question => ({
  ...commonQuestion(view),
  groupBy: 'day',
  metrics: [...new Set([...tilesOf(view), ...(view.chart === undefined ? [] : [view.chart])])].join(','),
  limit: 10_000,
});

/** The rows of the view, all of them: for files and for other programs. */
export const rowsQuestion = (view: View): Question => ({
  ...commonQuestion(view),
  groupBy: groupsOf(view).join(','),
  metrics: columnsOf(view).join(','),
  orderBy: orderOf(view),
});

/** One page of the table. */
export const pageQuestion = (view: View): Question => ({
  ...rowsQuestion(view),
  limit: ROWS_OF_A_PAGE,
  offset: (pageOf(view) - 1) * ROWS_OF_A_PAGE,
});

/** What there is to choose from for a filter, the largest spend first. */
export const choicesQuestion = (view: View, group: string): Question => ({
  ...rangeQuestion(view),
  account: view.account,
  groupBy: group,
  metrics: 'spend',
  orderBy: '-spend',
  limit: 500,
});

/** *Results* of each objective: where objectives are mixed, they do not add up. */
export const objectivesQuestion = (view: View): Question => ({
  ...commonQuestion(view),
  compare: undefined,
  groupBy: 'objective',
  metrics: 'results,cost_per_result,result_rate,spend',
  orderBy: '-spend',
  limit: 100,
});

/** The question as a query string, as the API takes it. */
export const queryString = (question: Question): string => {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(question)) if (value !== undefined) query.set(key, String(value));
  return query.toString();
};

/** Where ads lead. */
export const destinationsQuestion = (view: View, ads: readonly string[]): Question => ({
  ...rangeQuestion(view),
  account: view.account,
  ad: valuesText(ads),
  groupBy: 'ad,destination_host,destination_path',
  metrics: 'spend',
  limit: 10_000,
});
