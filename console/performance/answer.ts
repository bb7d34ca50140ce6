/* What the API answers about performance, in its parts. */
import type { AnswerTo } from '../api.js';

export type ShownPerformance = AnswerTo<'getPerformance'>;
export type ShownMetric = ShownPerformance['metrics'][number];
export type ShownDay = ShownPerformance['days'][number];
export type ShownRow = ShownPerformance['rows'][number];
export type ShownTotal = ShownPerformance['totals'][number];
