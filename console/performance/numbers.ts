/* How the values of metrics are written. Values are exact decimals as text; what is written is rounded for the eye. */

import { formatCompact, formatCount, formatMoneyOf, formatPercent, formatRatio } from '../clock.js';
import type { ShownMetric } from './answer.js';

/** A value as it stands in a cell; `undefined` where there is none. */
export const formatValue = (
  value: string | null | undefined,
  { unit }: Pick<ShownMetric, 'unit'>,
  currency: string | null,
): string | undefined => {
  if (value === null || value === undefined) return undefined;
  switch (unit) {
    case 'count':
      return formatCount(value);
    case 'money':
      return formatMoneyOf(value, currency);
    case 'percent':
      return formatPercent(value);
    case 'ratio':
      return formatRatio(value);
  }
};

/** Short, for an axis. */
export const formatTick = (value: number, { unit }: Pick<ShownMetric, 'unit'>, currency: string | null): string => {
  switch (unit) {
    case 'count':
      return formatCompact(value);
    case 'money':
      return formatCompact(value, currency);
    case 'percent':
      return formatPercent(String(value));
    case 'ratio':
      return formatRatio(String(value));
  }
};
