export interface Place {
  readonly zone: string;
  readonly country: string;
  readonly currency: string;
  /** The currency of a second funding instrument, which may differ from the first (docs/x-ads-api.md §5.4). */
  readonly otherCurrency: string;
}

/** Accounts take these in turn. They include DST of both hemispheres, zones without DST, and a half-hour zone. */
export const PLACES: readonly [Place, ...Place[]] = [
  { zone: 'America/Los_Angeles', country: 'US', currency: 'USD', otherCurrency: 'EUR' },
  { zone: 'America/New_York', country: 'US', currency: 'USD', otherCurrency: 'CAD' },
  { zone: 'Europe/London', country: 'GB', currency: 'GBP', otherCurrency: 'EUR' },
  { zone: 'Asia/Tokyo', country: 'JP', currency: 'JPY', otherCurrency: 'USD' },
  { zone: 'Asia/Kolkata', country: 'IN', currency: 'INR', otherCurrency: 'USD' },
  { zone: 'Australia/Sydney', country: 'AU', currency: 'AUD', otherCurrency: 'NZD' },
  { zone: 'America/Sao_Paulo', country: 'BR', currency: 'BRL', otherCurrency: 'USD' },
  { zone: 'UTC', country: 'IS', currency: 'EUR', otherCurrency: 'KWD' },
];

export const placeOf = (index: number): Place => PLACES[index % PLACES.length] ?? PLACES[0];

/**
 * Roughly what a dollar buys, so that prices are plausible. Money is in micros for every currency (docs/x-ads-api.md
 * §17.54).
 */
const PER_DOLLAR: Readonly<Record<string, number>> = {
  JPY: 150,
  INR: 84,
  BRL: 5.4,
  KWD: 0.31,
  GBP: 0.78,
  EUR: 0.92,
  VND: 25_000,
};

export const perDollar = (currency: string): number => PER_DOLLAR[currency] ?? 1;
