import { useElementSize } from '@mantine/hooks';
import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import { memo, useId, useMemo, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { formatDay, formatShortDay } from '../clock.js';
import styles from '../styles/chart.module.css';
import { words } from '../words.js';
import type { ShownMetric } from './answer.js';
import { formatTick, formatValue } from './numbers.js';
import { gapsOf, redefinedAt, stretchesOf, type Point, type ChartLine, type Spot } from './series.js';

const w = words.performance;
const HEIGHT = 240;

interface ChartProps {
  readonly metric: ShownMetric;
  readonly series: readonly ChartLine[];
}

/** What a day is, in words: its state, and the value of each currency with what it is compared with. */
const describe = (series: readonly ChartLine[], metric: ShownMetric, index: number): readonly string[] =>
  series.flatMap(({ currency, points }) => {
    const point = points[index];
    if (point === undefined) return [];
    const value = formatValue(point.value ?? point.partial, metric, currency) ?? w.none;
    const before = formatValue(point.compared, metric, currency);
    return [before === undefined ? value : `${value} (${w.chart.compared} ${before})`];
  });

export const stateOf = ({ complete, finality, partial }: Point): string =>
  complete ? w.finality[finality] : partial === null ? w.notImported : w.partial;

const Lines = memo(
  ({ series, x, y }: { series: readonly ChartLine[]; x: (index: number) => number; y: (value: number) => number }) => {
    const drawn = line<Spot>()
      .x(({ index }) => x(index))
      .y(({ value }) => y(value));
    const filled = area<Spot>()
      .x(({ index }) => x(index))
      .y0(y(0))
      .y1(({ value }) => y(value));
    const before = line<Point>()
      .defined(({ compared }) => compared !== null)
      .x((_, index) => x(index))
      .y(({ compared }) => y(Number(compared)));
    return series.map(({ currency, points }, number) => (
      <g key={currency} data-series={number} className={styles['series']}>
        {points.some(({ compared }) => compared !== null) ? (
          <path className={styles['before']} d={before(points) ?? ''} />
        ) : null}
        {stretchesOf(points).map(({ finality, spots }) => (
          <g key={spots[0]?.index} data-finality={finality}>
            {number > 0 ? null : <path className={styles['area']} d={filled(spots) ?? ''} />}
            <path className={styles['line']} d={drawn(spots) ?? ''} />
          </g>
        ))}
        {points.map(({ value, partial, finality, day }, index) => {
          if (partial !== null)
            return (
              <path
                key={day}
                className={styles['partial']}
                d={`M${x(index) - 3},${y(Number(partial)) - 3}l6,6m0,-6l-6,6`}
              />
            );
          const isAlone =
            value !== null &&
            (points[index - 1]?.value ?? null) === null &&
            (points[index + 1]?.value ?? null) === null;
          return value !== null && (finality === 'provisional' || isAlone) ? (
            <circle
              key={day}
              className={styles['spot']}
              data-finality={finality}
              cx={x(index)}
              cy={y(Number(value))}
              r={3}
            />
          ) : null;
        })}
      </g>
    ));
  },
);
Lines.displayName = 'Lines';

/** How far a key leads, in days. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -7,
  PageUp: 7,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

/** A line for each currency over the days. A pointer or the arrow keys lead a cursor over it, the values of which are read out. */
export const Chart = ({ metric, series }: ChartProps) => {
  const { ref, width } = useElementSize();
  const hatch = useId();
  const points = series[0]?.points ?? [];
  const last = points.length - 1;
  const [at, setAt] = useState<number>();
  const [isShown, setShown] = useState(false);
  const current = Math.min(at ?? last, last);

  const most = useMemo(
    () =>
      Math.max(
        ...series.flatMap(({ points }) =>
          points.flatMap(({ value, partial, compared }) => [Number(value), Number(partial), Number(compared)]),
        ),
      ) || 1,
    [series],
  );
  const least = useMemo(
    () => Math.min(0, ...series.flatMap(({ points }) => points.map(({ value }) => Number(value)))),
    [series],
  );
  const y = useMemo(() => scaleLinear([least, most], [HEIGHT - 4, 10]).nice(4), [least, most]);
  const x = useMemo(() => scaleLinear([-0.5, Math.max(0.5, last + 0.5)], [0, width]), [last, width]);
  const ticks = y.ticks(4);
  const step = Math.max(1, Math.ceil(points.length / Math.max(3, Math.floor(width / 78))));
  const band = x(1) - x(0);

  const move = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setShown(true);
    setAt(Math.max(0, Math.min(last, current + by)));
  };
  const point = (event: PointerEvent<HTMLElement>): void => {
    const { left } = event.currentTarget.getBoundingClientRect();
    setShown(true);
    setAt(Math.max(0, Math.min(last, Math.round(x.invert(event.clientX - left)))));
  };

  const redefined = redefinedAt(metric, points);
  const here = points[current];
  if (here === undefined) return null;
  const texts = describe(series, metric, current);
  return (
    <div className={styles['chart']} data-fine={points.length > 120 || undefined}>
      <div className={styles['yTicks']} aria-hidden style={{ height: HEIGHT }}>
        {ticks.map((tick) => (
          <span key={tick} style={{ top: y(tick) }}>
            {formatTick(tick, metric, series.length === 1 ? (series[0]?.currency ?? null) : null)}
          </span>
        ))}
      </div>
      <div className={styles['plotAndDays']}>
        <div
          ref={ref}
          className={styles['plot']}
          style={{ height: HEIGHT }}
          role="slider"
          tabIndex={0}
          aria-label={w.chart.label(metric.label)}
          aria-valuemin={0}
          aria-valuemax={last}
          aria-valuenow={current}
          aria-valuetext={[formatDay(here.day), ...texts, stateOf(here)].join(', ')}
          onKeyDown={move}
          onPointerMove={point}
          onPointerDown={point}
          onPointerLeave={() => setShown(false)}
          onFocus={() => setShown(true)}
          onBlur={() => setShown(false)}
        >
          <svg width={width} height={HEIGHT} aria-hidden focusable={false}>
            <defs>
              <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <line y2={6} className={styles['hatch']} />
              </pattern>
            </defs>
            {ticks.map((tick) => (
              <line key={tick} className={styles['grid']} x2={width} y1={y(tick)} y2={y(tick)} />
            ))}
            {gapsOf(points).map(({ from, to }) => (
              <g key={from} className={styles['gap']}>
                <rect
                  x={x(from - 0.5)}
                  width={band * (to - from + 1)}
                  y={10}
                  height={y(least) - 10}
                  fill={`url(#${hatch})`}
                />
                <path d={`M${x((from + to) / 2) - 4},${y(least) - 12}l8,8m0,-8l-8,8`} />
              </g>
            ))}
            {redefined === undefined ? null : (
              <line
                className={styles['redefined']}
                x1={x(redefined - 0.5)}
                x2={x(redefined - 0.5)}
                y1={0}
                y2={y(least)}
              />
            )}
            {width === 0 ? null : <Lines series={series} x={x} y={y} />}
            {isShown ? (
              <g className={styles['cursor']}>
                <line x1={x(current)} x2={x(current)} y1={0} y2={HEIGHT} />
                {series.map(({ currency, points }, number) => {
                  const value = points[current]?.value ?? null;
                  return value === null ? null : (
                    <circle key={currency} data-series={number} cx={x(current)} cy={y(Number(value))} r={4.5} />
                  );
                })}
              </g>
            ) : null}
          </svg>
          {isShown ? (
            <div
              className={styles['card']}
              aria-hidden
              style={current > points.length / 2 ? { right: width - x(current) + 12 } : { left: x(current) + 12 }}
            >
              <b>{formatDay(here.day)}</b>
              {texts.map((text) => (
                <div key={text} className="numbers">
                  {text}
                </div>
              ))}
              <span>{stateOf(here)}</span>
            </div>
          ) : null}
        </div>
        <div className={styles['days']} aria-hidden>
          {points.map(({ day }, index) =>
            (last - index) % step === 0 && x(index) > 18 && x(index) < width - 10 ? (
              <span key={day} style={{ left: x(index) }}>
                {formatShortDay(day)}
              </span>
            ) : null,
          )}
        </div>
      </div>
    </div>
  );
};

/** A sample of how the chart draws something, for its legend. */
export const ChartSample = ({ of }: { of: 'final' | 'settling' | 'provisional' | 'before' | 'gap' | 'partial' }) => (
  <svg width={22} height={12} aria-hidden className={styles['series']} data-series={0}>
    {of === 'before' ? <path className={styles['before']} d="M0,6H22" /> : null}
    {of === 'gap' ? (
      <g className={styles['gap']}>
        <path d="M7,2l8,8m0,-8l-8,8" />
      </g>
    ) : null}
    {of === 'partial' ? <path className={styles['partial']} d="M8,3l6,6m0,-6l-6,6" /> : null}
    {of === 'final' || of === 'settling' || of === 'provisional' ? (
      <g data-finality={of}>
        <path className={styles['line']} d="M0,6H22" />
        {of === 'provisional' ? <circle className={styles['spot']} data-finality={of} cx={11} cy={6} r={3} /> : null}
      </g>
    ) : null}
  </svg>
);
