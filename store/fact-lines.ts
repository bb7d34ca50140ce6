import type { Instant } from '../domain/calendar.js';
import type { AccountId } from '../domain/ids.js';
import type { Level, MetricSet, Placement } from '../domain/levels.js';
import { NAMED_METRICS, type EntitySeries, type FactSeries } from '../domain/metrics.js';

/*
 * Rows as the text that Postgres' COPY reads. This is the inner loop of landing: one string per file, no object and no
 * array per row, and everything that is the same for a file or an entity is joined once.
 */

export interface LineContext {
  readonly accountId: AccountId;
  readonly level: Level;
  readonly placement: Placement;
  readonly metricSet: MetricSet;
  readonly receiptId: number;
  readonly observedAt: Instant;
}

const KEYS = ['account_id', 'level', 'entity_id', 'placement', 'day', 'receipt_id', 'observed_at'];

/** The columns of a line, in order: the order is fixed here once for COPY and for every statement on facts. */
export const factColumns = (set: MetricSet): readonly string[] =>
  set === 'standard' ? [...KEYS, ...NAMED_METRICS, 'more'] : [...KEYS, 'more'];

/** COPY's text format gives these five a meaning. */
const ESCAPED = /[\\\t\n\r\v]/;
const escapeText = (text: string): string =>
  ESCAPED.test(text)
    ? text
        .replaceAll('\\', '\\\\')
        .replaceAll('\t', '\\t')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\v', '\\v')
    : text;

/** A metric set without named columns keeps these beside the others. */
const allAsMore = (entity: EntitySeries): EntitySeries['more'] => [
  ...NAMED_METRICS.flatMap((name, index): EntitySeries['more'] => {
    const values = entity.named[index];
    return values === undefined ? [] : [[name, values]];
  }),
  ...entity.more,
];

/** `"name":`, escaped as JSON and then for COPY. */
const moreKeys = (more: EntitySeries['more']): readonly string[] =>
  more.map(([name]) => `${escapeText(JSON.stringify(name))}:`);

export const factLines = (series: FactSeries, context: LineContext): string => {
  const { accountId, level, placement, metricSet, receiptId, observedAt } = context;
  const named = metricSet === 'standard';
  const { days } = series;
  let text = '';
  for (const entity of series.entities) {
    if (entity.activeDays.length === 0) continue;
    const head = `${escapeText(accountId)}\t${level}\t${escapeText(entity.entityId)}\t${escapeText(placement)}\t`;
    const middle = `\t${receiptId}\t${observedAt}`;
    const columns = named ? entity.named : [];
    const more = named ? entity.more : allAsMore(entity);
    const keys = moreKeys(more);
    for (const i of entity.activeDays) {
      let line = head + days[i] + middle;
      for (const values of columns) line += values === undefined ? '\t0' : `\t${values[i]}`;
      let object = '';
      for (let m = 0; m < more.length; m++) {
        const value = more[m]?.[1][i];
        if (value !== 0) object += (object === '' ? '\t{' : ',') + keys[m] + value;
      }
      text += line + (object === '' ? '\t\\N\n' : `${object}}\n`);
    }
  }
  return text;
};
