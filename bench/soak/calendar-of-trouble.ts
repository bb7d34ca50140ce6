import type { Zone } from '../../domain/calendar.js';
import { numbersFrom } from '../seeded.js';

/** A person revokes the app at X, and signs in again some days later. */
export interface TokenDeath {
  readonly day: number;
  /** The day on which the person signs in again. */
  readonly healed: number;
  /** Whose token. */
  readonly subject: number;
  /** The token dies at the first call of the day's sync whose path contains this. */
  readonly path: string;
}

/** An account is moved to another time zone. */
export interface PlannedZoneSwitch {
  /** The new zone is in force from the beginning of this day on. */
  readonly day: number;
  readonly subject: number;
  readonly zone: Zone;
}

/** A past moment that the soak looks at in the end: some seconds after the syncs of that day. */
export interface PastLook {
  readonly day: number;
  readonly seconds: number;
}

/** The troubles of a soak and their days. Days count from 1; day 0 is the day of the first import. */
export interface CalendarOfTrouble {
  readonly deaths: readonly TokenDeath[];
  /** The machine is off from the first to the last of these days: no sync runs. */
  readonly asleep: { readonly from: number; readonly to: number };
  readonly zoneSwitch: PlannedZoneSwitch;
  readonly looks: readonly PastLook[];
}

/** Shares of the time in which tokens die: apart from one another, from the sleep and from the end. */
const DEATHS = [
  { from: 0.08, to: 0.22, path: '/stats/jobs/' },
  { from: 0.32, to: 0.4, path: '/active_entities' },
  { from: 0.8, to: 0.9, path: '/accounts/' },
] as const;
const SLEEP = { from: 0.48, to: 0.56, days: 7 } as const;
/** East and west of most, with and without summer time; none is the zone of a simulated account to begin with. */
const NEW_ZONES = ['Europe/Berlin', 'America/Denver', 'Asia/Dubai', 'Pacific/Auckland'] as const;
const SWITCH = { from: 0.24, to: 0.32 } as const;

/** Fewer days have no room for all of it. */
export const FEWEST_DAYS = 30;
const LOOKS = 10;
/** Two syncs are at least 22 hours apart, also where a day has 23. */
const LOOK_WITHIN_SECONDS = 75_000;

/** Chooses everything at random; the same seed gives the same calendar. */
export const calendarOfTrouble = (days: number, subjects: number, seed: number): CalendarOfTrouble => {
  const next = numbersFrom(seed);
  const within = (from: number, to: number): number =>
    Math.floor(days * from) + next(Math.max(1, Math.floor(days * to) - Math.floor(days * from)));
  const first = next(subjects);
  const deaths = DEATHS.map(({ from, to, path }, index): TokenDeath => {
    const day = within(from, to);
    return { day, healed: day + 1 + next(2), subject: (first + index) % subjects, path };
  });
  const asleep = within(SLEEP.from, SLEEP.to);
  const zoneSwitch: PlannedZoneSwitch = {
    day: within(SWITCH.from, SWITCH.to),
    subject: next(subjects),
    zone: NEW_ZONES[next(NEW_ZONES.length)] ?? NEW_ZONES[0],
  };
  const open = Array.from({ length: days - 1 }, (_, index) => index + 1);
  const looks = Array.from({ length: LOOKS }, (): PastLook => {
    const [day = 1] = open.splice(next(open.length), 1);
    return { day, seconds: next(LOOK_WITHIN_SECONDS) };
  });
  return {
    deaths,
    asleep: { from: asleep, to: asleep + SLEEP.days - 1 },
    zoneSwitch,
    looks: looks.toSorted((a, b) => a.day - b.day),
  };
};
