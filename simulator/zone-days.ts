import { DateTime, IANAZone } from 'luxon';

const DAY_SECONDS = 86_400;

/** Days are counted from 1970-01-01 in the zone's own calendar: integers are hashable, and cheap to walk. */
export const dayNumber = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** How time is cut into days, in epoch seconds. */
export interface Days {
  /** The IANA name of the zone that the account has now. */
  readonly zone: string;
  /** The first second of the day; it is the end of the day before in what is asked for. */
  start(day: number): number;
  /** Where the day's numbers end: with the day, but for the data gap of a switch (`zone-switch.ts`). */
  end(day: number): number;
  /** 09:00 local, when X's spend estimates end (x-ads-api.md §10.2). */
  nine(day: number): number;
  /** The local day that contains the moment. */
  dayOf(seconds: number): number;
  /** Whether a day may be asked for from here, or up to here. */
  isMidnight(seconds: number): boolean;
}

/** Where the days of one zone begin; each day has its own offset (x-ads-api.md §8.2). */
export class ZoneDays implements Days {
  readonly zone: string;
  /** A zone that this platform does not know is cut as UTC: importers must be able to meet one (DIFFERENCES.md). */
  readonly #zone: string;
  readonly #starts = new Map<number, number>();
  readonly #nines = new Map<number, number>();

  constructor(zone: string) {
    this.zone = zone;
    this.#zone = IANAZone.isValidZone(zone) ? zone : 'utc';
  }

  /** The first second of the day: midnight, the first of two, or the first moment after a gap that swallowed it. */
  start(day: number): number {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    const start = this.#local(day, 0);
    this.#starts.set(day, start);
    return start;
  }

  end(day: number): number {
    return this.start(day + 1);
  }

  nine(day: number): number {
    const known = this.#nines.get(day);
    if (known !== undefined) return known;
    const nine = this.#local(day, 9);
    this.#nines.set(day, nine);
    return nine;
  }

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
    const found = DateTime.fromISO(`${dayText(day)}T${hour === 0 ? '00' : '09'}:00:00`, { zone: this.#zone });
    // In the Azores the clock goes back over midnight: an hour after it, the day has begun already.
    const [first = found] = found.getPossibleOffsets();
    return first.toSeconds();
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
