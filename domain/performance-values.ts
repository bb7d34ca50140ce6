import { Big } from 'big.js';
import { metricOf, type MetricId, RESULTS, type Summed } from './performance-metrics.js';
import type { ExactSum } from './money.js';

/** The sums of a group of rows, in one currency. */
export interface PerformanceSums {
  readonly sums: Readonly<Partial<Record<Summed, ExactSum>>>;
  /** The objective of all its campaigns; null where they have several, or it is not known. */
  readonly objective: string | null;
  /** They have several. */
  readonly mixedObjectives: boolean;
  /** Not of entities, but what is left of the campaigns' numbers. */
  readonly remainder: boolean;
}

/** Why a metric has no value. */
export type WhyNoValue = 'denominator_zero' | 'not_attributed' | 'mixed_objectives' | 'no_result';

export interface PerformanceValues {
  /** Counts, money in units of the currency, ratios to six digits; null where there is none. */
  readonly values: Readonly<Partial<Record<MetricId, ExactSum | null>>>;
  readonly reasons: Readonly<Partial<Record<MetricId, WhyNoValue>>>;
}

const MICRO = new Big('0.000001');
/** A constructor of its own: the number of digits is a setting of it. */
const Ratio = Big();
Ratio.DP = 6;
Ratio.RM = Big.roundHalfUp;

const digits = (value: Big): ExactSum => (value.eq(0) ? '0' : value.toFixed());

const partsOf = (
  names: readonly Summed[] | 'by_objective',
  { objective, mixedObjectives }: PerformanceSums,
): readonly Summed[] | WhyNoValue => {
  if (names !== 'by_objective') return names;
  if (mixedObjectives) return 'mixed_objectives';
  return (objective === null ? undefined : RESULTS[objective]?.numerator) ?? 'no_result';
};

const valueOf = (id: MetricId, of: PerformanceSums): Big | WhyNoValue => {
  const { sums, remainder } = of;
  const { unit, numerator, denominator, per = 1 } = metricOf(id);
  const sumOf = (names: readonly Summed[]): Big => names.reduce((sum, name) => sum.plus(sums[name] ?? 0), new Big(0));
  const above = partsOf(numerator, of);
  if (typeof above === 'string') return above;
  const value = sumOf(above).times(unit === 'money' ? MICRO : 1);
  if (denominator === undefined) return value;
  if (remainder) return 'not_attributed';
  const below = partsOf(denominator, of);
  if (typeof below === 'string') return below;
  const by = sumOf(below);
  return by.eq(0) ? 'denominator_zero' : new Ratio(value.times(per)).div(by);
};

/** The metrics of a group, each a sum or a ratio of sums. */
export const performanceValues = (metrics: readonly MetricId[], of: PerformanceSums): PerformanceValues => {
  const values: Partial<Record<MetricId, ExactSum | null>> = {};
  const reasons: Partial<Record<MetricId, WhyNoValue>> = {};
  for (const id of metrics) {
    const value = valueOf(id, of);
    values[id] = typeof value === 'string' ? null : digits(value);
    if (typeof value === 'string') reasons[id] = value;
  }
  return { values, reasons };
};
