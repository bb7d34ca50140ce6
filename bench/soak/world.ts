import { setTimeout as delay } from 'node:timers/promises';
import type { Phase, WaitDays } from '../../domain/connection.js';
import type { AccountId, ConnectionId } from '../../domain/ids.js';
import { startOfDay } from '../../domain/local-days.js';
import type { Instant, Zone } from '../../domain/calendar.js';
import { allow } from '../../local/once/consent.js';
import type { BenchWorld } from '../world.js';
import type { CalendarOfTrouble } from './calendar-of-trouble.js';
import { dayOfSoak } from './due-times.js';

/** One X user with a connection and an account of their own: X's limits and a dead token concern one user each. */
export interface Subject {
  readonly screenName: string;
  readonly connectionId: ConnectionId;
  readonly accountId: AccountId;
  /** The zone of the account at a moment of data time. */
  readonly zoneAt: (moment: Instant) => Zone;
  readonly wait: WaitDays;
}

/** Connects the owner of the account with this number and imports a month of history. Every second one waits three days. */
export const makeSubject = async (
  world: BenchWorld,
  number: number,
  { zoneSwitch }: CalendarOfTrouble,
): Promise<Subject> => {
  const { importer } = world;
  const screenName = `user_${number + 1}`;
  const wait = number % 2 === 0 ? 1 : 3;
  const { connectionId, oauthRequestId, authorizeUrl } = await importer.connect({ displayName: screenName });
  await importer.completeSignIn(await allow(authorizeUrl, screenName));
  const accounts = await importer.waitUntilChoosing(connectionId, { oauthRequestId });
  const [account] = accounts;
  if (accounts.length !== 1 || account === undefined) throw new Error(`${screenName} has ${accounts.length} accounts`);
  await importer.choose(connectionId, { history: { kind: 'days', days: 30 }, wait });
  await importer.waitForBackfill(connectionId, { interval: 200 });
  const { timezone: zone } = account;
  const switched = zoneSwitch.subject === number ? startOfDay(dayOfSoak(zoneSwitch.day), zoneSwitch.zone) : undefined;
  const zoneAt = (moment: Instant): Zone =>
    switched !== undefined && Date.parse(moment) >= Date.parse(switched) ? zoneSwitch.zone : zone;
  return { screenName, connectionId, accountId: account.id, zoneAt, wait };
};

/** Signs the person in again on the same connection. */
export const renewSignIn = async (world: BenchWorld, { screenName, connectionId }: Subject): Promise<void> => {
  const { authorizeUrl } = await world.importer.signIn(connectionId);
  await world.importer.completeSignIn(await allow(authorizeUrl, screenName));
  await waitForPhase(world, connectionId, 'active');
};

const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 50;

export const waitForPhase = async (
  { importer }: BenchWorld,
  connectionId: ConnectionId,
  wanted: Phase,
): Promise<void> => {
  const late = performance.now() + TIMEOUT_MS;
  for (;;) {
    const { phase } = await importer.connection(connectionId);
    if (phase === wanted) return;
    if (performance.now() > late) throw new Error(`the connection is ${phase} and does not become ${wanted}`);
    await delay(LOOK_EVERY_MS);
  }
};
