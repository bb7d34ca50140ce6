import type { WatchedConnection } from '../../client/read/watched.js';
import type { AlarmKind, Sighting } from '../../domain/alarm.js';
import type { WorkspaceMessageBody } from '../../store/people/messages.js';

/** Names beyond this many are counted instead of listed. */
const MAX_NAMES = 20;

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** Of control characters only a line's end is left out by mail; chats show the others as they please. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/**
 * What a message calls a connection. Whoever reads a channel of the workspace may not know the name of one that is not shared
 * with the workspace.
 */
const nameOf = ({ displayName, privacy }: WatchedConnection): string => {
  if (privacy === 'workspace') return oneLine(displayName);
  return privacy === 'private' ? 'A private connection' : 'A connection of a team';
};

const sentenceOf = ({ mark, privacy }: WatchedConnection): string =>
  privacy === 'workspace' ? `${mark.label}. ${oneLine(mark.sentence)}` : `${mark.label}.`;

const addressOf = (publicUrl: string, { id }: WatchedConnection): string => `${publicUrl}/connections/${id}`;

interface Item {
  readonly alarm: AlarmKind;
  readonly connections: readonly WatchedConnection[];
}

const listed = (connections: readonly WatchedConnection[]): string => {
  const names = connections.slice(0, MAX_NAMES).map(nameOf);
  const more = connections.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const lineOf = ({ connections }: Item, publicUrl: string): string => {
  const [first] = connections;
  if (first === undefined) return '';
  const about =
    connections.length === 1 ? nameOf(first) : `${counted(connections.length, 'connection')} (${listed(connections)})`;
  return `${about}: ${sentenceOf(first)}\n${addressOf(publicUrl, first)}`;
};

const ABOUT: Readonly<Record<AlarmKind, string>> = { needs_person: 'need a person', late: 'are late' };

const alarmSubject = (items: readonly Item[]): string => {
  const [only] = items;
  const connections = items.flatMap((item) => item.connections);
  const [first] = connections;
  if (first === undefined || only === undefined) return 'Nothing';
  if (connections.length === 1) return `${nameOf(first)}: ${only.alarm === 'late' ? 'Late' : first.mark.label}`;
  const kinds = [...new Set(items.map(({ alarm }) => ABOUT[alarm]))];
  return `${counted(connections.length, 'connection')} ${kinds.join(' or ')}`;
};

const recoverySubject = (items: readonly Item[]): string => {
  const connections = items.flatMap((item) => item.connections);
  const [first] = connections;
  return connections.length === 1 && first !== undefined
    ? `Solved: ${nameOf(first)}`
    : `Solved: ${counted(connections.length, 'connection')}`;
};

export interface MessageText {
  readonly subject: string;
  readonly body: WorkspaceMessageBody;
}

interface Place {
  readonly publicUrl: string;
  readonly workspace: { readonly id: string; readonly name: string };
}

const messageOf = (kind: 'alarm' | 'recovery', subject: string, items: readonly Item[], place: Place): MessageText => {
  const { publicUrl, workspace } = place;
  return {
    subject,
    body: {
      kind,
      workspace,
      subject,
      text: items.map((item) => lineOf(item, publicUrl)).join('\n\n'),
      alarms: items.map(({ alarm, connections }) => ({
        kind: alarm,
        connections: connections.map((connection) => ({
          id: connection.id,
          name: nameOf(connection),
          url: addressOf(publicUrl, connection),
          status: connection.mark.status,
          label: connection.mark.label,
          who: connection.mark.who,
          ...(connection.privacy === 'workspace' ? { sentence: connection.mark.sentence } : {}),
        })),
      })),
    },
  };
};

const itemsOf = (alarms: readonly Sighting[], connections: readonly WatchedConnection[]): readonly Item[] =>
  alarms.map(({ kind, connectionIds }) => ({
    alarm: kind,
    connections: connections.filter(({ id }) => connectionIds.includes(id)),
  }));

export const alarmText = (
  alarms: readonly Sighting[],
  connections: readonly WatchedConnection[],
  place: Place,
): MessageText => {
  const items = itemsOf(alarms, connections);
  return messageOf('alarm', alarmSubject(items), items, place);
};

export const recoveryText = (
  alarms: readonly Sighting[],
  connections: readonly WatchedConnection[],
  place: Place,
): MessageText => {
  const items = itemsOf(alarms, connections);
  return messageOf('recovery', recoverySubject(items), items, place);
};

export const testText = ({ workspace, publicUrl }: Place, who: string): MessageText => {
  const subject = `A test of ${oneLine(workspace.name)}`;
  const text = `${oneLine(who)} sent this to see whether messages arrive. Nothing is wrong.\n${publicUrl}/settings/notifications`;
  return { subject, body: { kind: 'test', workspace, subject, text, alarms: [] } };
};
