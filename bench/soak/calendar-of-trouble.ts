/** What befalls the importer on which day of the soak; the same for the same number of days. */
export interface Trouble {
  /** The person revokes the app at X; they sign in again the day after. */
  readonly tokenDies: boolean;
  /** The laptop sleeps: no sync runs. */
  readonly asleep: boolean;
  /** A copy of the day's report is kept, to be asked for again at the end. */
  readonly remembered: boolean;
}

/** Days count from 0; troubles keep clear of one another, and of the last days. */
export const troubleOf = (day: number, days: number): Trouble => {
  const at = (share: number): number => Math.floor(days * share);
  const nap = at(0.5);
  return {
    tokenDies: [0.2, 0.4, 0.8].some((share) => day === at(share)),
    asleep: day >= nap && day < nap + Math.min(7, Math.floor(days / 5)),
    remembered: day > 0 && day % Math.max(1, Math.floor(days / 10)) === 0,
  };
};
