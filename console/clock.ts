/*
 * The server's clock, and how days, instants, numbers and money are written. A browser may have an odd locale
 * (`en-US@posix`), with which `Intl` throws: then American English is used.
 */

const supported = (locale: string): boolean => {
  try {
    return Intl.NumberFormat.supportedLocalesOf(locale).length > 0;
  } catch {
    return false;
  }
};

const locale = navigator.languages.find(supported) ?? 'en-US';

let offset = 0;

/** Says what the server's clock shows, as an instant. */
export const setServerTime = (instant: string): void => {
  offset = Date.parse(instant) - Date.now();
};

/** Milliseconds since 1970, by the server's clock. */
export const serverNow = (): number => Date.now() + offset;

const instantFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
const dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const timeFormat = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const shortDateFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
const shortDayFormat = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const rangeFormat = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
const numberFormat = new Intl.NumberFormat(locale);
const percentFormat = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
const monthFormat = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const shortMonthFormat = new Intl.DateTimeFormat(locale, { month: 'short', timeZone: 'UTC' });

/** An instant in the viewer's zone, with its date. */
export const formatInstant = (instant: string): string => instantFormat.format(new Date(instant));

/** The date of an instant, in the viewer's zone. */
export const formatDate = (instant: string): string => dateFormat.format(new Date(instant));

/** An instant in the viewer's zone: the time of today, else the date too. */
export const formatUntil = (instant: string): string => {
  const date = new Date(instant);
  const isToday = date.toDateString() === new Date(serverNow()).toDateString();
  return isToday ? timeFormat.format(date) : `${shortDateFormat.format(date)}, ${timeFormat.format(date)}`;
};

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** How long ago or ahead an instant is, by the server's clock. */
export const formatRelative = (instant: string): string => {
  const distance = Date.parse(instant) - serverNow();
  for (const [unit, length] of STEPS)
    if (Math.abs(distance) >= length) return relativeFormat.format(Math.trunc(distance / length), unit);
  return relativeFormat.format(0, 'second');
};

const dayFormats = new Map<boolean, Intl.DateTimeFormat>();

/** A day (`YYYY-MM-DD`) of an account, with its weekday; the year only where it is not this one. */
export const formatDay = (day: string): string => {
  const hasYear = Number(day.slice(0, 4)) !== new Date(serverNow()).getFullYear();
  const format =
    dayFormats.get(hasYear) ??
    new Intl.DateTimeFormat(locale, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      ...(hasYear ? { year: 'numeric' as const } : {}),
      timeZone: 'UTC',
    });
  dayFormats.set(hasYear, format);
  return format.format(new Date(`${day}T00:00:00Z`));
};

/** The month of a day, such as *November 2026*. */
export const formatMonth = (day: string): string => monthFormat.format(new Date(`${day}T00:00:00Z`));
export const formatShortMonth = (day: string): string => shortMonthFormat.format(new Date(`${day}T00:00:00Z`));

/** The place of an IANA zone: *New York* of `America/New_York`. */
export const zoneName = (zone: string): string => (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');

export const formatCount = (count: number | string): string =>
  numberFormat.format(typeof count === 'string' ? (count as `${number}`) : count);

/** A share from 0 to 1. */
export const formatShare = (share: number): string => percentFormat.format(share);

const moneyFormats = new Map<string, Intl.NumberFormat | undefined>();

/** Of a currency, or of one that the browser does not know `undefined`. Kept, because making one takes long. */
const moneyFormat = (currency: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat | undefined => {
  const key = `${currency} ${options.notation ?? ''}`;
  if (!moneyFormats.has(key)) {
    let format: Intl.NumberFormat | undefined;
    try {
      format = new Intl.NumberFormat(locale, { style: 'currency', currency, ...options });
    } catch {
      // Then the currency is written behind the number.
    }
    moneyFormats.set(key, format);
  }
  return moneyFormats.get(key);
};

/** Money of a decimal in units of its currency; exact however large. */
export const formatMoneyOf = (units: string, currency: string | null): string => {
  const exact = units as `${number}`;
  if (currency === null) return numberFormat.format(exact);
  return moneyFormat(currency)?.format(exact) ?? `${numberFormat.format(exact)} ${currency}`;
};

/** Money of micros, with its currency; exact however large. */
export const formatMoney = (micros: string | number, currency: string | null): string => {
  const digits = String(micros);
  const [whole = '0', fraction = ''] = digits.replace('-', '').split('.');
  const padded = whole.padStart(7, '0');
  return formatMoneyOf(
    `${digits.startsWith('-') ? '-' : ''}${padded.slice(0, -6)}.${padded.slice(-6)}${fraction}`,
    currency,
  );
};

const compactFormat = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
const finePercentFormat = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 });
const ratioFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
const changeFormat = new Intl.NumberFormat(locale, {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
});

/** Short, such as *1.2K*; money where a currency is given. */
export const formatCompact = (value: number, currency: string | null = null): string =>
  (currency === null
    ? undefined
    : moneyFormat(currency, { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 })
  )?.format(value) ?? compactFormat.format(value);

/** Of a decimal where 1 is the whole. */
export const formatPercent = (share: string): string => finePercentFormat.format(share as `${number}`);
export const formatRatio = (ratio: string): string => ratioFormat.format(ratio as `${number}`);

/** A change, with its sign: 0.1 is *+10%*. */
export const formatChange = (change: number): string => changeFormat.format(change);

/** Two days and what is between, such as *1 – 30 Nov 2026*. */
export const formatRange = (from: string, to: string): string =>
  rangeFormat.formatRange(new Date(`${from}T00:00:00Z`), new Date(`${to}T00:00:00Z`));

/** A day without its weekday, for an axis. */
export const formatShortDay = (day: string): string => shortDayFormat.format(new Date(`${day}T00:00:00Z`));

const unit = (value: number, name: string): string =>
  new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);

/** A length of time in words: *about 3 min*. */
export const formatSeconds = (seconds: number): string => {
  if (seconds < 60) return unit(Math.max(1, Math.round(seconds)), 'second');
  if (seconds < 5400) return unit(Math.round(seconds / 60), 'minute');
  return unit(Math.round(seconds / 360) / 10, 'hour');
};
