/* What the chart draws: one line for each currency, cut where days are not imported or not as final. */

import type { Finality } from '../../domain/coverage.js';
import type { ShownDay, ShownMetric, ShownPerformance } from './answer.js';

export interface Point {
  readonly day: string;
  readonly finality: Finality;
  /** Whether every account has the day. */
  readonly complete: boolean;
  /** As the API gave it; `null` where there is none, and on a day that some account lacks: it would look like a fall. */
  readonly value: string | null;
  /** Of a day that some account lacks: what the others have. */
  readonly partial: string | null;
  readonly compared: string | null;
}

export interface ChartLine {
  readonly currency: string | null;
  readonly points: readonly Point[];
}

/** What adds up is 0 on a day that is imported and has no row; a ratio has no value there. */
const onEmptyDay = ({ unit, id }: ShownMetric, { complete }: ShownDay): string | null =>
  complete && (unit === 'count' || id === 'spend') ? '0' : null;

export const seriesOf = ({ days, rows, totals }: ShownPerformance, metric: ShownMetric): readonly ChartLine[] =>
  totals.map(({ currency }) => {
    const byDay = new Map(rows.filter((row) => row.currency === currency).map((row) => [row.key['day'], row]));
    return {
      currency,
      points: days.map((each) => {
        const row = byDay.get(each.day);
        const value = row === undefined ? onEmptyDay(metric, each) : (row.values[metric.id] ?? null);
        return {
          ...each,
          value: each.complete ? value : null,
          partial: each.complete ? null : value,
          compared: row?.compared?.[metric.id] ?? null,
        };
      }),
    };
  });

const ORDER: readonly Finality[] = ['final', 'settling', 'provisional'];
const lessFinal = (a: Finality, b: Finality): Finality => (ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b);

export interface Spot {
  readonly index: number;
  readonly value: number;
}
export interface Stretch {
  readonly finality: Finality;
  readonly spots: readonly Spot[];
}

/** The line in stretches of the same finality, each from where the one before ends; a day without a value parts them. */
export const stretchesOf = (points: readonly Point[]): readonly Stretch[] => {
  const stretches: { finality: Finality; spots: Spot[] }[] = [];
  let before: (Spot & { readonly finality: Finality }) | undefined;
  for (const [index, { value, finality }] of points.entries()) {
    if (value === null) {
      before = undefined;
      continue;
    }
    const spot = { index, value: Number(value), finality };
    const last = stretches.at(-1);
    if (before === undefined) stretches.push({ finality, spots: [spot] });
    else {
      const kind = lessFinal(before.finality, finality);
      if (last !== undefined && (last.finality === kind || last.spots.length === 1)) {
        last.finality = kind;
        last.spots.push(spot);
      } else stretches.push({ finality: kind, spots: [before, spot] });
    }
    before = spot;
  }
  return stretches;
};

/** Ranges of days that lack, by their places in the range. */
export const gapsOf = (days: readonly Pick<ShownDay, 'complete'>[]): readonly { from: number; to: number }[] => {
  const gaps: { from: number; to: number }[] = [];
  for (const [index, { complete }] of days.entries()) {
    if (complete) continue;
    const last = gaps.at(-1);
    if (last?.to === index - 1) last.to = index;
    else gaps.push({ from: index, to: index });
  }
  return gaps;
};

/** From this day on X counts video views otherwise (docs/x-ads-api.md §8.4): numbers before and after are of two kinds. */
const REDEFINED = '2026-08-13';

/** Where the metric changes its meaning, by its place in the range. */
export const redefinedAt = (
  { id }: Pick<ShownMetric, 'id'>,
  points: readonly Pick<Point, 'day'>[],
): number | undefined => {
  const index = /^(video_views|cpv)$/.test(id) ? points.findIndex(({ day }) => day === REDEFINED) : -1;
  return index > 0 ? index : undefined;
};

/** The days with the most and the least, of those that have a value. */
export const extremesOf = (
  points: readonly Point[],
): { readonly most: Point & { value: string }; readonly least: Point & { value: string } } | undefined => {
  const known = points.filter((point): point is Point & { value: string } => point.value !== null);
  const [first, ...rest] = known;
  if (first === undefined || rest.length === 0) return undefined;
  return {
    most: rest.reduce((best, each) => (Number(each.value) > Number(best.value) ? each : best), first),
    least: rest.reduce((best, each) => (Number(each.value) < Number(best.value) ? each : best), first),
  };
};
