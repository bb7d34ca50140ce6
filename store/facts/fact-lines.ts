import type { Instant } from '../../domain/calendar.js';
import type { AccountId } from '../../domain/ids.js';
import type { Level, MetricSet, Placement } from '../../domain/levels.js';
import { NAMED_METRICS, type EntitySeries, type FactSeries } from '../../domain/metrics.js';
import { checksumOf } from './checksum.js';
import { INTEGER_BYTES, type CopyBuffer } from './copy-buffer.js';

/*
 * Rows in the text format of Postgres' COPY. This is the inner loop of landing: one buffer per file, no object and no
 * array per row, and whatever is the same for a file or an entity is encoded once.
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

/** The columns of a line, in the order that COPY and every statement on facts use. */
export const factColumns = (set: MetricSet): readonly string[] =>
  set === 'standard' ? [...KEYS, ...NAMED_METRICS, 'more', 'checksum'] : [...KEYS, 'more'];

/** Characters that mean something in COPY's text format. */
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

/** For a metric set without columns of its own: the named metrics among the others. */
const allAsMore = (entity: EntitySeries): EntitySeries['more'] => [
  ...NAMED_METRICS.flatMap((name, index): EntitySeries['more'] => {
    const values = entity.named[index];
    return values === undefined ? [] : [[name, values]];
  }),
  ...entity.more,
];

const TAB = 0x09;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const ZERO = 0x30;
/** The longest checksum of safe integers; digits may add to both sides of its point. */
const CHECKSUM_BYTES = 48;
const NULL = Buffer.from('\\N');

/** `"name":`, escaped as JSON and then for COPY. */
const moreKeys = (more: EntitySeries['more']): readonly Buffer[] =>
  more.map(([name]) => Buffer.from(`${escapeText(JSON.stringify(name))}:`));

const writeColumns = (out: CopyBuffer, columns: EntitySeries['named'], day: number): void => {
  for (let c = 0; c < columns.length; c++) {
    const value = columns[c]?.[day];
    out.byte(TAB);
    if (value === undefined) out.byte(ZERO);
    else out.exact(value);
  }
};

/** The metrics without a column: a JSON object of those that are not zero, or null. */
const writeMore = (out: CopyBuffer, more: EntitySeries['more'], keys: readonly Buffer[], day: number): void => {
  out.byte(TAB);
  let any = false;
  for (let m = 0; m < more.length; m++) {
    const value = more[m]?.[1][day];
    const key = keys[m];
    if (value === undefined || value === 0 || key === undefined) continue;
    out.byte(any ? COMMA : OPEN);
    out.bytes(key);
    out.exact(value);
    any = true;
  }
  if (any) out.byte(CLOSE);
  else out.bytes(NULL);
};

/** Writes the rows into `out`, which may be used again once they have been sent. */
export const factLines = (series: FactSeries, context: LineContext, out: CopyBuffer): Buffer => {
  const { accountId, level, placement, metricSet, receiptId, observedAt } = context;
  const named = metricSet === 'standard';
  const days = series.days.map((day) => Buffer.from(day));
  const middle = Buffer.from(`\t${receiptId}\t${observedAt}`);
  out.clear();
  for (const entity of series.entities) {
    if (entity.activeDays.length === 0) continue;
    const head = Buffer.from(
      `${escapeText(accountId)}\t${level}\t${escapeText(entity.entityId)}\t${escapeText(placement)}\t`,
    );
    const columns = named ? entity.named : [];
    const more = named ? entity.more : allAsMore(entity);
    const keys = moreKeys(more);
    // The longest line that this entity can have, so that the loop needs no further check.
    const lineBytes =
      head.length +
      middle.length +
      32 +
      CHECKSUM_BYTES +
      2 * entity.longestDigits +
      (columns.length + more.length) * (Math.max(INTEGER_BYTES, entity.longestDigits) + 2) +
      keys.reduce((sum, key) => sum + key.length, 0);
    for (const day of entity.activeDays) {
      const dayText = days[day];
      if (dayText === undefined) throw new RangeError(`the series has no day ${day}`);
      out.reserve(lineBytes);
      out.bytes(head);
      out.bytes(dayText);
      out.bytes(middle);
      writeColumns(out, columns, day);
      writeMore(out, more, keys, day);
      if (named) {
        out.byte(TAB);
        out.exact(checksumOf(columns, day));
      }
      out.byte(NEWLINE);
    }
  }
  return out.finish();
};
