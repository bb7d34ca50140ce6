import { zoneDays, type Days, type ZoneDays } from './zone-days.js';

/** One account that moves to another time zone when a day begins there. */
export interface TimezoneSwitch {
  /** Index of the account. */
  readonly account: number;
  /** The first day in the new zone, `YYYY-MM-DD`. */
  readonly day: string;
  /** IANA name. */
  readonly zone: string;
}

/**
 * The days of an account around its switch (x-ads-api.md §5.1, §8.2; how sure that is: DIFFERENCES.md). The switch is the
 * midnight with which a day begins in the new zone. Days before it are cut in the old zone and stay so; what the switch
 * leaves of the old zone's last day is X's data gap: nothing is counted in it. Days tile the time all the same, so the
 * day before the switch is cut short there, or goes on until then with a silent end.
 */
class SwitchedDays implements Days {
  readonly zone: string;
  readonly #from: ZoneDays;
  readonly #into: ZoneDays;
  readonly #day: number;
  readonly #known: boolean;
  readonly #at: number;
  readonly #gap: number;

  /** `known`: asked after the switch. Before it, nobody cuts by the new zone, but the gap is silent already. */
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

  /** The same before and after the switch, so that no number moves with it. */
  nine(day: number): number {
    const old = this.#from.nine(day);
    return old < this.#at ? old : Math.max(this.#into.nine(day), this.#at);
  }

  dayOf(seconds: number): number {
    if (!this.#known) return this.#from.dayOf(seconds);
    if (seconds >= this.#at) return this.#into.dayOf(seconds);
    return Math.min(this.#from.dayOf(seconds), this.#day - 1);
  }

  /** Each bound by the zone in force at that bound. */
  isMidnight(seconds: number): boolean {
    return this.#known && seconds >= this.#at ? this.#into.isMidnight(seconds) : this.#from.isMidnight(seconds);
  }
}

/** How an account's time is cut into days, as somebody sees it who asks at a moment of data time. */
export interface Calendar {
  at(seconds: number): Days;
  /** Where the switch lies, in epoch seconds; null without one. */
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
