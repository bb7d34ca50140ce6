/* How much the numbers on the page usually still move, from what the API says of days of their age. */

import type { AnswerTo } from '../api.js';
import { formatChange, formatPercent } from '../clock.js';
import { outlookWords as w } from '../words-outlook.js';
import type { ShownPerformance } from './answer.js';

export type Outlook = AnswerTo<'getOutlook'>['accounts'][number];
export type Forecast = Outlook['forecasts'][number];

const MILLIS_PER_DAY = 86_400_000;
/** What is written as 0 % is not written. */
const SHOWN_FROM = 0.0005;

const ageOf = (day: string, seenOn: string): number => (Date.parse(seenOn) - Date.parse(day)) / MILLIS_PER_DAY;

export const isSettlingMetric = (id: string): id is Forecast['metric'] => id in w.metrics;

/** What is known of a day of this age; nothing where too few days are. */
export const forecastOf = (
  { forecasts, seenOn }: Outlook,
  day: string,
  metric: string,
  currency?: string | null,
): Forecast | undefined => {
  const daysAfter = ageOf(day, seenOn);
  return forecasts.find(
    (each) =>
      each.metric === metric && each.daysAfter === daysAfter && (currency === undefined || each.currency === currency),
  );
};

export const isMoving = ({ low, high }: { readonly low: number; readonly high: number }): boolean =>
  Math.max(Math.abs(low), Math.abs(high)) >= SHOWN_FROM;

export const forecastSentence = (forecast: Forecast): string => {
  const { low, high, within, days, share } = forecast;
  return isMoving(forecast)
    ? `${w.moves(formatChange(low), formatChange(high), Math.max(1, within), days)} ${w.share(formatPercent(String(share)))}`
    : w.still(days);
};

/**
 * How far the total of an account may still move: its days as far as each of them usually does, all of them the same way, so that
 * it is no less than that. `undefined` where an unsettled day's age is not known well enough.
 */
export const bandOfTotal = (
  { days, rows }: Pick<ShownPerformance, 'days' | 'rows'>,
  outlook: Outlook,
  metric: string,
  currency: string | null,
): { readonly low: number; readonly high: number } | undefined => {
  let total = 0;
  let low = 0;
  let high = 0;
  for (const { day, finality } of days) {
    const row = rows.find((each) => each.key['day'] === day && each.currency === currency);
    const value = Number(row?.values[metric] ?? 0);
    total += value;
    if (finality === 'final' || value === 0) continue;
    const forecast = forecastOf(outlook, day, metric, currency);
    if (forecast === undefined) return undefined;
    low += value * forecast.low;
    high += value * forecast.high;
  }
  return total === 0 ? undefined : { low: low / total, high: high / total };
};
