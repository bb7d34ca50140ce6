import { zoneDays, type Days, type ZoneDays } from './zone-days.js';

/** Moves one account to another time zone, at the moment in which `day` begins in the new zone. */
export interface TimezoneSwitch {
  /** Index of the account, from 0. */
  readonly account: number;
  /** The first day in the new zone, `YYYY-MM-DD`. */
  readonly day: string;
  /** IANA name. */
  readonly zone: string;
}

/**
 * The days of an account around its switch (docs/x-ads-api.md §5.1, §8.2; DIFFERENCES.md says which rules are
 * inferred). The account switches at the midnight with which a day begins in the new zone. Days before the switch keep
 * the bounds of the old zone. The part of the old zone's last day that remains before the switch is X's data gap: it
 * has no numbers. Days still cover all time: the day before the switch ends early, or lasts until the switch and has no
 * numbers at its end.
 */
class SwitchedDays implements Days {
  readonly zone: string;
  readonly #from: ZoneDays;
  readonly #into: ZoneDays;
  readonly #day: number;
  readonly #known: boolean;
  readonly #at: number;
  readonly #gap: number;

  /**
   * `known`: observed after the switch. Before it, days have the bounds of the old zone, but the gap has no numbers.
   */
  constructor(from: ZoneDays, into: ZoneDays, day: number, known: boolean) {
    this.zone = known ? into.zone : from.zone;
    this.#from = from;
    this.#into = into;
    this.#day = day;
    this.#known = known;
    this.#at = into.start(day);
    this.#gap = from.start(Math.min(from.dayOf(this.#at), day));
  }

  start(day: number): number {
    if (!this.#known) return this.#from.start(day);
    return day < this.#day ? Math.min(this.#from.start(day), this.#at) : this.#into.start(day);
  }

  end(day: number): number {
    const start = this.start(day);
    const end = this.start(day + 1);
    if (this.#known && day >= this.#day) return end;
    return Math.max(start, Math.min(end, this.#gap));
  }

  /** The same whether it is read before or after the switch, so that the switch changes no number. */
  nine(day: number): number {
    const old = this.#from.nine(day);
    return old < this.#at ? old : Math.max(this.#into.nine(day), this.#at);
  }

  dayOf(seconds: number): number {
    if (!this.#known) return this.#from.dayOf(seconds);
    if (seconds >= this.#at) return this.#into.dayOf(seconds);
    return Math.min(this.#from.dayOf(seconds), this.#day - 1);
  }

  /** Each bound is read in the zone that is in force at that bound. */
  isMidnight(seconds: number): boolean {
    return this.#known && seconds >= this.#at ? this.#into.isMidnight(seconds) : this.#from.isMidnight(seconds);
  }
}

/** How an account's time is divided into days, which depends on when a client asks. */
export interface Calendar {
  /** The days as they are at a moment of data time, in epoch seconds. */
  at(seconds: number): Days;
  /** The moment of the switch in epoch seconds; null when the account has none. */
  readonly switchedAt: number | null;
}

export const steadyCalendar = (zone: ZoneDays): Calendar => ({ at: () => zone, switchedAt: null });

export const switchedCalendar = (from: ZoneDays, zone: string, day: number): Calendar => {
  const into = zoneDays(zone);
  const before = new SwitchedDays(from, into, day, false);
  const after = new SwitchedDays(from, into, day, true);
  const switchedAt = into.start(day);
  return { at: (seconds) => (seconds < switchedAt ? before : after), switchedAt };
};
