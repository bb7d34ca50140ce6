import { DateTime } from 'luxon';

const DAY_SECONDS = 86_400;

/** Days are counted from 1970-01-01 in the zone's own calendar: integers are hashable, and cheap to walk. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Where the days of one zone begin, in epoch seconds; each day has its own offset (x-ads-api.md §8.2). */
export class ZoneDays {
  readonly zone: string;
  readonly #starts = new Map<number, number>();
  readonly #nines = new Map<number, number>();

  constructor(zone: string) {
    this.zone = zone;
  }

  /** The first second of the day: midnight, or the first moment after a gap that swallowed it. */
  start(day: number): number {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    const start = this.#local(day, 0);
    this.#starts.set(day, start);
    return start;
  }

  /** 09:00 local, when X's spend estimates end (x-ads-api.md §10.2). */
  nine(day: number): number {
    const known = this.#nines.get(day);
    if (known !== undefined) return known;
    const nine = this.#local(day, 9);
    this.#nines.set(day, nine);
    return nine;
  }

  /** The local day that contains the moment (epoch seconds). */
  dayOf(seconds: number): number {
    let day = Math.floor(seconds / DAY_SECONDS);
    while (this.start(day) > seconds) day -= 1;
    while (this.start(day + 1) <= seconds) day += 1;
    return day;
  }

  isMidnight(seconds: number): boolean {
    return this.start(this.dayOf(seconds)) === seconds;
  }

  #local(day: number, hour: number): number {
    return DateTime.fromISO(`${dayText(day)}T${hour === 0 ? '00' : '09'}:00:00`, { zone: this.zone }).toSeconds();
  }
}

const zones = new Map<string, ZoneDays>();

/** One table per zone, shared: it holds facts about the calendar only. */
export const zoneDays = (zone: string): ZoneDays => {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = new ZoneDays(zone);
  zones.set(zone, made);
  return made;
};
