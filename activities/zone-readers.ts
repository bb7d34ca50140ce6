import { type Zone } from '../domain/calendar.js';
import { isKnownZone } from '../domain/local-days.js';
import type { ZoneReader } from '../domain/access.js';
import { noteScheduling, postgresReads } from '../store/account/account-zones.js';
import type { Deps } from './deps.js';

/** By worker: what Temporal knows once it knows as long as the worker runs. */
const scheduled = new WeakMap<Deps['schedules'], Set<Zone>>();

/** Temporal is asked by a schedule that is deleted again, and Postgres remembers the answer for lists. */
const temporalReads = async ({ db, schedules }: Deps, zone: Zone): Promise<boolean> => {
  const known = scheduled.get(schedules) ?? new Set<Zone>();
  scheduled.set(schedules, known);
  if (known.has(zone)) return true;
  const isKnown = await schedules.knowsZone(zone);
  await noteScheduling(db, zone, isKnown);
  if (isKnown) known.add(zone);
  return isKnown;
};

/** Who does not know the zone; undefined where Node, Postgres and Temporal do. */
export const zoneUnknownTo = async (deps: Deps, zone: Zone): Promise<ZoneReader | undefined> => {
  if (!isKnownZone(zone)) return 'Node';
  if (!(await postgresReads(deps.db, zone))) return 'Postgres';
  return (await temporalReads(deps, zone)) ? undefined : 'Temporal';
};
