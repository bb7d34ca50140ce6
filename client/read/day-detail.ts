import { parseDay } from '../../domain/calendar.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { type SliceOfDay, slicesOfDay } from '../../store/reports/day-detail.js';
import type { DayDetail } from '../console-shapes.js';
import type { Context } from '../context.js';
import { InvalidRange } from '../errors.js';
import { readCoverage } from './coverage.js';

const sliceSummary = (slice: SliceOfDay): DayDetail['slices'][number] => ({
  level: slice.level,
  placement: slice.placement,
  metricSet: slice.metricSet,
  status: slice.state,
  range: { from: slice.firstDay, to: slice.lastDay },
  entities: slice.entities,
  failures: slice.failures,
  runId: slice.runId,
  ...(slice.reason === null ? {} : { reason: slice.reason }),
  ...(slice.xJobId === null ? {} : { jobId: slice.xJobId }),
  ...(slice.askedAt === null ? {} : { askedAt: slice.askedAt }),
  ...(slice.landedAt === null ? {} : { landedAt: slice.landedAt }),
  ...(slice.observedAt === null ? {} : { observedAt: slice.observedAt }),
  ...(slice.sha256 === null ? {} : { sha256: slice.sha256 }),
  ...(slice.bytes === null ? {} : { bytes: slice.bytes }),
  ...(slice.rows === null ? {} : { rows: slice.rows }),
});

/** Where the numbers of one day of an account come from: its coverage by level, and the slices with their jobs and receipts. */
export const readDayDetail = async (
  context: Context,
  id: ConnectionId,
  accountId: AccountId,
  text: string,
): Promise<DayDetail> => {
  const day = parseDay(text);
  if (day === undefined) throw new InvalidRange(`"${text}" is not a day; write it as YYYY-MM-DD.`);
  const [coverage] = await readCoverage(context, id, { accountId, from: day, to: day });
  const slices = await slicesOfDay(context.db, context.viewer, accountId, day);
  return { day, coverage: coverage?.days ?? [], slices: slices.map(sliceSummary) };
};
