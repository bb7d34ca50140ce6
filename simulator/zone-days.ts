import { DateTime, IANAZone } from 'luxon';

const DAY_SECONDS = 86_400;

/**
 * The number of a `YYYY-MM-DD` day, counted from 1970-01-01 in any zone's calendar: integers are cheap to hash and to
 * iterate.
 */
export const epochDay = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);

export const dayText = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** How time is divided into days. All moments are epoch seconds, all days are numbers as from `epochDay`. */
export interface Days {
  /** The IANA name of the zone that the account has now. */
  readonly zone: string;
  /** The first second of the day, which is also the end of the day before in a request. */
  start(day: number): number;
  /**
   * Where the day's numbers end: at the end of the day, or where the data gap of a switch begins (`zone-switch.ts`).
   */
  end(day: number): number;
  /** 09:00 local, when X's spend estimates end (docs/x-ads-api.md §10.2). */
  nine(day: number): number;
  /** The local day that contains the moment. */
  dayOf(seconds: number): number;
  /** Whether a request by days may begin or end at the moment. */
  isMidnight(seconds: number): boolean;
}

/** The days of one zone. Each day has its own offset (docs/x-ads-api.md §8.2). */
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

  /** Midnight; the first one when the clock goes back over it; the first moment after it when the clock skips it. */
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
    // In the Azores the clock goes back from 01:00 to 00:00. The day begins at the first of the two midnights.
    const [first = found] = found.getPossibleOffsets();
    return first.toSeconds();
  }
}

const zones = new Map<string, ZoneDays>();

/** One table per zone, shared by all accounts: it depends on the calendar only. */
export const zoneDays = (zone: string): ZoneDays => {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const made = new ZoneDays(zone);
  zones.set(zone, made);
  return made;
};
