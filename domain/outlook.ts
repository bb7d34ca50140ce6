import { RESTATED_DAYS } from './choice.js';
import type { WaitDays } from './connection.js';

/*
 * How much a number of a day usually still moves, from the account's own days that X changes no more. Moves are shares of the
 * number: 0.03 is 3 % more in the end.
 */

export const SETTLING_METRICS = ['spend', 'impressions', 'clicks'] as const;
export type SettlingMetric = (typeof SETTLING_METRICS)[number];

/** What of a day was stored by the end of the n-th day after it, and what it became. Money in micros. */
export interface SettledDay {
  readonly currency: string | null;
  readonly daysAfter: number;
  readonly stored: Readonly<Record<SettlingMetric, number>>;
  readonly final: Readonly<Record<SettlingMetric, number>>;
}

/** Where four of five days end, from the number that they had at an age. */
export interface SettlingBand {
  readonly low: number;
  readonly high: number;
  /** Final days that it rests on. */
  readonly days: number;
}

/** What is still to come for a day of this age. */
export interface SettlingForecast extends SettlingBand {
  readonly currency: string | null;
  readonly metric: SettlingMetric;
  readonly daysAfter: number;
  /** Of the final number that is usually there: 1 is all. */
  readonly share: number;
  /** After so many more days it usually moves no more; 0: now. */
  readonly within: number;
}

/** Less evidence says nothing. */
export const ENOUGH_DAYS = 30;
const OUTSIDE = 0.1;
/** What moves less than this stands still. */
const STILL = 0.001;
/** What moves less than this does not mislead. */
const SLIGHT = 0.01;

/**
 * The band in which the next day ends with a probability of 80 %, where the next day is as the others. Its ends are moves that
 * have happened, the n + 1 places between n moves being equally likely.
 */
export const settlingBand = (moves: readonly number[]): SettlingBand | undefined => {
  const days = moves.length;
  if (days < ENOUGH_DAYS) return undefined;
  const sorted = moves.toSorted((a, b) => a - b);
  const below = Math.floor(OUTSIDE * (days + 1));
  return { low: sorted[below - 1] ?? 0, high: sorted[days - below] ?? 0, days };
};

const reach = ({ low, high }: SettlingBand): number => Math.max(Math.abs(low), Math.abs(high));

const forecastsOfOne = (
  metric: SettlingMetric,
  currency: string | null,
  days: readonly SettledDay[],
): readonly SettlingForecast[] => {
  const forecasts: SettlingForecast[] = [];
  let stillFrom = RESTATED_DAYS;
  let hasMoved = false;
  for (let daysAfter = RESTATED_DAYS; daysAfter > 0; daysAfter -= 1) {
    // A change from nothing is no share of it.
    const those = days.filter((day) => day.daysAfter === daysAfter && day.stored[metric] > 0);
    const band = settlingBand(those.map(({ stored, final }) => (final[metric] - stored[metric]) / stored[metric]));
    if (band === undefined) continue;
    hasMoved ||= reach(band) >= STILL;
    if (!hasMoved) stillFrom = daysAfter;
    const then = those.reduce((sum, day) => sum + day.stored[metric], 0);
    const final = those.reduce((sum, day) => sum + day.final[metric], 0);
    const share = final === 0 ? 1 : then / final;
    forecasts.push({ currency, metric, daysAfter, ...band, share, within: Math.max(0, stillFrom - daysAfter) });
  }
  return forecasts.toReversed();
};

/** By currency, metric and age; none where fewer than thirty days are known at that age. */
export const settlingForecasts = (days: readonly SettledDay[]): readonly SettlingForecast[] =>
  [...new Set(days.map(({ currency }) => currency))].flatMap((currency) => {
    const those = days.filter((day) => day.currency === currency);
    return SETTLING_METRICS.flatMap((metric) => forecastsOfOne(metric, currency, those));
  });

/** Which wait is worth it, and what it rests on. */
export interface WaitAdvice {
  readonly wait: WaitDays;
  readonly currency: string | null;
  readonly metric: SettlingMetric;
  readonly after1: SettlingBand;
  readonly after3: SettlingBand;
}

const bandOf = ({ low, high, days }: SettlingBand): SettlingBand => ({ low, high, days });

/**
 * Three days are worth it where a day that is one day old usually still moves by more than a percent, and one of three days by
 * half of that at most. Of the metrics, the one that says so, else the one that moves most.
 */
export const waitAdvice = (forecasts: readonly SettlingForecast[]): WaitAdvice | undefined => {
  const pairs = forecasts.flatMap((first) => {
    const third = forecasts.find(
      (each) => each.daysAfter === 3 && each.metric === first.metric && each.currency === first.currency,
    );
    return first.daysAfter !== 1 || third === undefined ? [] : [{ first, third }];
  });
  const ordered = pairs
    .map(({ first, third }) => ({ first, third, isWorth: reach(first) > SLIGHT && reach(third) <= reach(first) / 2 }))
    .toSorted((a, b) => Number(b.isWorth) - Number(a.isWorth) || reach(b.first) - reach(a.first));
  const [most] = ordered;
  if (most === undefined) return undefined;
  const { first, third, isWorth } = most;
  return {
    wait: isWorth ? 3 : 1,
    currency: first.currency,
    metric: first.metric,
    after1: bandOf(first),
    after3: bandOf(third),
  };
};
