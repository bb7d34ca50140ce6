import { pick, type Random } from '../hash.js';
import type { Flight } from '../numbers/delivery.js';
import { isMessy, type Profile } from './options.js';

/** A day later than any data time that a test reaches. */
export const FOREVER = 10_000_000;

const LENGTHS = [30, 60, 80, 120] as const;

/** When an ad is live. Flights go on after the first day of data time, so that ads still deliver as it advances. */
export const flightsOf = (profile: Profile, random: Random, first: number, today: number): Flight[] => {
  if (profile === 'always-on' || (isMessy(profile) && random() < 0.3)) return [{ from: first, to: FOREVER }];
  const flights: Flight[] = [];
  const span = Math.max(1, today - first);
  let day = first + Math.floor(random() * Math.min(span, 150));
  const horizon = today + 400;
  while (day < horizon) {
    const length = pick(random, LENGTHS);
    flights.push({ from: day, to: day + length });
    day += length + 3 + Math.floor(random() * 60);
    // Three in ten ads end after each flight; the others fly again after a pause.
    if (random() < 0.3) break;
  }
  return flights;
};

/** Ends the flights of an ad that is deleted or paused: it delivers nothing from `day` on. */
export const endFlights = (flights: readonly Flight[], day: number): Flight[] =>
  flights.filter((flight) => flight.from < day).map((flight) => ({ from: flight.from, to: Math.min(flight.to, day) }));
