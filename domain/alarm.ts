import type { Instant } from './calendar.js';
import type { ConnectionId, XUserId } from './ids.js';
import { LATE_AFTER_MS, type StatusMark } from './status.js';

/*
 * What people of a workspace are told of without looking: a connection that needs a person, at once; a day that is late by the
 * workspace's own measure; and the end of each. What a person has paused or ended is told to nobody.
 */

export type AlarmKind = 'needs_person' | 'late';

/** What stands in the way of one connection. */
export interface Obstacle {
  readonly connectionId: ConnectionId;
  readonly kind: AlarmKind;
  /** One alarm has one subject: a credential that X refuses stops all of its connections. */
  readonly subject: string;
  /** Of `late`: when the sync of the oldest open day was due. */
  readonly since?: Instant | undefined;
}

export interface Alarm {
  readonly id: string;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly connectionIds: readonly ConnectionId[];
  /** When it was first seen. */
  readonly seenAt: Instant;
  /** When people were told; undefined while nobody was. */
  readonly raisedAt?: Instant | undefined;
}

/** What an alarm rests on. */
export interface Watched {
  readonly id: ConnectionId;
  readonly mark: StatusMark;
  /** The oldest open day of an account that no person keeps from being read: when its sync was due. */
  readonly openSince?: Instant | undefined;
  /** Whose credential X refuses, where it refuses one. */
  readonly refusedXUser?: XUserId | undefined;
}

/** The least that a workspace may call late: before that, a day is merely behind. */
export const LATE_HOURS = { least: 3, usual: 6, most: 168 } as const;

/** After a reconnect, a resume or a sleep the missed days are filled within minutes: that is worth no message. */
export const SETTLES_MS = 30 * 60_000;

const STILL = new Set<StatusMark['status']>(['paused', 'disconnected', 'not_finished']);

/** What stands in the way of the connection; undefined where nothing does, and where a person wants it so. */
export const obstacleOf = ({ id, mark, openSince, refusedXUser }: Watched, now: Instant): Obstacle | undefined => {
  if (STILL.has(mark.status)) return undefined;
  if (mark.status === 'needs_person') {
    const subject = refusedXUser === undefined ? `connection/${id}` : `credential/${refusedXUser}`;
    return { connectionId: id, kind: 'needs_person', subject };
  }
  if (openSince === undefined || Date.parse(now) - Date.parse(openSince) <= LATE_AFTER_MS) return undefined;
  return { connectionId: id, kind: 'late', subject: `connection/${id}`, since: openSince };
};

/** An obstacle that has no alarm yet: one subject, with all of its connections. */
export type Sighting = Omit<Alarm, 'id' | 'seenAt' | 'raisedAt'>;

export interface Judgement {
  /** Not seen before. */
  readonly seen: readonly Sighting[];
  /** Seen before, with their connections as they are now. */
  readonly kept: readonly Alarm[];
  /** Of both: those that people are told of now. */
  readonly raised: readonly Sighting[];
  /** Over, and people are told so. */
  readonly recovered: readonly Alarm[];
  /** Over, and nobody is told: they never heard of it, or a person has paused or ended what it was about. */
  readonly dropped: readonly Alarm[];
}

const keyOf = ({ kind, subject }: Pick<Alarm, 'kind' | 'subject'>): string => `${kind} ${subject}`;

const isWell = (status: StatusMark['status'] | undefined): boolean =>
  status !== undefined && !STILL.has(status) && status !== 'needs_person';

/** Compares what is wrong now with the alarms that are open. */
export const judgeAlarms = (
  open: readonly Alarm[],
  watched: readonly Watched[],
  { now, lateAfterHours }: { readonly now: Instant; readonly lateAfterHours: number },
): Judgement => {
  const statusOf = new Map(watched.map(({ id, mark }) => [id, mark.status]));
  const sightings = new Map<string, Sighting & { readonly since: Instant | undefined }>();
  for (const each of watched) {
    const obstacle = obstacleOf(each, now);
    if (obstacle === undefined) continue;
    const before = sightings.get(keyOf(obstacle));
    const connectionIds = [...(before?.connectionIds ?? []), obstacle.connectionId];
    const { kind, subject, since } = obstacle;
    sightings.set(keyOf(obstacle), { kind, subject, since, connectionIds });
  }
  const byKey = new Map(open.map((alarm) => [keyOf(alarm), alarm]));
  const isDue = ({ kind, since, ...sighting }: Sighting & { readonly since: Instant | undefined }): boolean => {
    if (kind === 'needs_person') return true;
    const seenAt = byKey.get(keyOf({ kind, ...sighting }))?.seenAt ?? now;
    const isLate = since !== undefined && Date.parse(now) - Date.parse(since) >= lateAfterHours * 3_600_000;
    return isLate && Date.parse(now) - Date.parse(seenAt) >= SETTLES_MS;
  };
  const all = [...sightings.values()];
  const over = open.filter((alarm) => !sightings.has(keyOf(alarm)));
  const isTold = (alarm: Alarm): boolean =>
    alarm.raisedAt !== undefined && alarm.connectionIds.some((id) => isWell(statusOf.get(id)));
  return {
    seen: all.filter((sighting) => !byKey.has(keyOf(sighting))),
    kept: all.flatMap((sighting) => {
      const alarm = byKey.get(keyOf(sighting));
      return alarm === undefined ? [] : { ...alarm, connectionIds: sighting.connectionIds };
    }),
    raised: all.filter((sighting) => byKey.get(keyOf(sighting))?.raisedAt === undefined && isDue(sighting)),
    recovered: over.filter(isTold),
    dropped: over.filter((alarm) => !isTold(alarm)),
  };
};
