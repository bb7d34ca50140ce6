/* What the API answers about performance, in its parts. */
import type { AnswerTo } from '../api.js';

export type Answer = AnswerTo<'getPerformance'>;
export type Metric = Answer['metrics'][number];
export type Day = Answer['days'][number];
export type Finality = Day['finality'];
export type Row = Answer['rows'][number];
export type Total = Answer['totals'][number];
/** By what rows may be grouped. */
export type Dimension = Answer['dimensions'][number]['id'];
