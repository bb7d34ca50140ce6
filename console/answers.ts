import type { AnswerTo } from './api.js';

/* Parts of the API's answers that several pages show. */

export type ShownConnection = AnswerTo<'getConnection'>;
export type Mark = ShownConnection['mark'];
export type ShownStatus = AnswerTo<'getConnectionStatus'>;
export type ShownAccount = ShownStatus['accounts'][number];
