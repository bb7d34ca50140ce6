import { dayInWords } from '../../domain/day-in-words.js';
import type { ConnectionId } from '../../domain/ids.js';
import { type Happened, type HappenedDetails, whatHappened } from '../../store/reports/timeline.js';
import type { Timeline, TimelineEntry } from '../console-shapes.js';
import { type Context, requireConnection } from '../context.js';
import { InvalidChoice } from '../errors.js';
import type { TimelineOptions } from '../options.js';

const USUAL = 50;

const RUNS: Readonly<Record<string, string>> = {
  history: 'Import of the history',
  daily: 'Daily sync',
  manual: 'Backfill',
};

const ENDS: Readonly<Record<string, string>> = {
  running: 'goes on',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'ended without all of its days',
  abandoned: 'was cut off; the next import takes in its days',
};

const SIGN_INS: Readonly<Record<string, string>> = {
  exchanged: 'Authorised at X.',
  denied: 'Access was denied at X.',
  failed: 'X did not accept the sign-in.',
  expired: 'Nobody finished signing in in time.',
};

const ACTIONS: Readonly<Record<string, string>> = {
  'connection.added': 'Added the connection.',
  'connection.changed': 'Changed the settings.',
  'connection.chosen': 'Chose accounts, history and wait.',
  'connection.sync_asked': 'Asked for a sync.',
  'connection.backfill_asked': 'Asked for a backfill.',
  'connection.backfill_cancelled': 'Cancelled the backfills.',
  'connection.paused': 'Paused the connection.',
  'connection.resumed': 'Resumed the connection.',
  'connection.disconnected': 'Disconnected.',
  'connection.link_made': 'Made a link for the person who has the X account.',
  'connection.link_withdrawn': 'Withdrew a link for the person who has the X account.',
  'connection.transferred': 'Handed the connection over.',
  'connection.sign_in_begun': 'Began a sign-in at X.',
  'connection.authorized': 'Authorised at X.',
  'connection.not_authorized': 'The sign-in at X did not come to its end.',
};

const daysText = ({ firstDay, lastDay }: HappenedDetails): string => {
  if (firstDay === undefined || lastDay === undefined) return '';
  return firstDay === lastDay ? dayInWords(firstDay) : `${dayInWords(firstDay)} to ${dayInWords(lastDay)}`;
};

const becauseOf = ({ reason }: HappenedDetails): string => ((reason ?? '') === '' ? '' : `: ${reason}`);

const sentenceOf = ({ kind, accountName, details }: Happened): string => {
  const of = accountName === null ? '' : ` of ${accountName}`;
  switch (kind) {
    case 'run':
      return `${RUNS[details.runKind ?? ''] ?? 'Import'}${of}, ${daysText(details)}, ${ENDS[details.state ?? ''] ?? details.state ?? ''}${becauseOf(details)}.`;
    case 'wait':
      return `An import${of} waited${becauseOf(details)}.`;
    case 'restatement':
      return `X corrected ${details.numbers ?? 0} row${details.numbers === 1 ? '' : 's'}${of}, ${daysText(details)}.`;
    case 'notification':
      return `People were notified${becauseOf(details)}.`;
    case 'sign_in':
      if (details.action === undefined) return SIGN_INS[details.state ?? ''] ?? 'Signed in at X.';
      return ACTIONS[details.action] ?? details.action;
    case 'change':
    case 'pause':
      return ACTIONS[details.action ?? ''] ?? details.action ?? '';
  }
};

/** `name: Acme, privacy: workspace`; only what differs from the other side. */
const valuesText = (values: HappenedDetails['was'], other: HappenedDetails['was']): string | undefined => {
  const differing = Object.entries(values ?? {}).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(other?.[key]),
  );
  if (differing.length === 0) return undefined;
  return differing
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
};

const entryOf = (happened: Happened): TimelineEntry => {
  const { id, at, kind, who, accountId, details } = happened;
  const from = valuesText(details.was, details.became);
  const to = valuesText(details.became, details.was);
  return {
    id,
    at,
    kind,
    sentence: sentenceOf(happened),
    ...(who === null ? {} : { who }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(details.until === undefined ? {} : { until: details.until }),
    ...(accountId === null ? {} : { accountId }),
  };
};

const cursorOf = (before: string | undefined): { readonly at: string; readonly id: string } | undefined => {
  if (before === undefined) return undefined;
  const [at = '', id] = before.split('~', 2);
  if (id === undefined || Number.isNaN(Date.parse(at)))
    throw new InvalidChoice('`before` is the `next` of an earlier answer.');
  return { at, id };
};

/** What has happened to a connection, newest first: runs, waits, restatements, changes, pauses, sign-ins, notifications. */
export const readTimeline = async (
  context: Context,
  connectionId: ConnectionId,
  { kinds, before, limit = USUAL }: TimelineOptions = {},
): Promise<Timeline> => {
  await requireConnection(context, connectionId);
  const query = { connectionId, kinds, before: cursorOf(before), limit: limit + 1 };
  const found = await whatHappened(context.db, context.viewer, query);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const entries = shown.map(entryOf);
  return found.length > limit && last !== undefined ? { entries, next: `${last.at}~${last.id}` } : { entries };
};
