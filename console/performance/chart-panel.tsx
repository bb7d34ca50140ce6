import { Button, Text } from '@mantine/core';
import { formatDay } from '../clock.js';
import { DataCell, DataTable } from '../parts/data-table.js';
import { Panel } from '../parts/page.js';
import styles from '../styles/chart.module.css';
import { words } from '../words.js';
import type { ShownPerformance, ShownMetric } from './answer.js';
import { Chart, ChartSample, stateOf } from './chart.js';
import { formatValue } from './numbers.js';
import type { Outlook } from './outlook.js';
import { OutlookPanel } from './outlook-panel.js';
import { extremesOf, redefinedAt, seriesOf, type ChartLine } from './series.js';

const w = words.performance.chart;
const { finality, notImported, partial, none } = words.performance;

/** What the chart shows, in a sentence for each currency. */
const summaryOf = (series: readonly ChartLine[], metric: ShownMetric): string => {
  const sentences = series.flatMap(({ currency, points }) => {
    const extremes = extremesOf(points);
    if (extremes === undefined) return [];
    const { most, least } = extremes;
    const text = (value: string): string => formatValue(value, metric, currency) ?? none;
    return [`${w.most(formatDay(most.day), text(most.value))}, ${w.least(formatDay(least.day), text(least.value))}.`];
  });
  const days = series[0]?.points ?? [];
  const unsettled = days.filter((each) => each.complete && each.finality !== 'final').length;
  const lacking = days.filter(({ complete }) => !complete).length;
  const redefined = days[redefinedAt(metric, days) ?? -1];
  return [
    ...sentences,
    ...(redefined === undefined ? [] : [`${w.redefined(formatDay(redefined.day))}.`]),
    ...(unsettled === 0 ? [] : [`${w.unsettled(unsettled)}.`]),
    ...(lacking === 0 ? [] : [`${w.lacking(lacking)}.`]),
  ].join(' ');
};

const Legend = ({ series }: { series: readonly ChartLine[] }) => {
  const all = series.flatMap(({ points }) => points);
  const entries = [
    ...(['final', 'settling', 'provisional'] as const)
      .filter((kind) => all.some((point) => point.value !== null && point.finality === kind))
      .map((kind) => [kind, finality[kind]] as const),
    ...(all.some(({ complete }) => !complete) ? ([['gap', notImported]] as const) : []),
    ...(all.some((point) => point.partial !== null) ? ([['partial', partial]] as const) : []),
    ...(all.some(({ compared }) => compared !== null) ? ([['before', w.comparedLine]] as const) : []),
  ];
  return (
    <ul className={styles['legend']} aria-label={w.legend}>
      {entries.map(([kind, text]) => (
        <li key={kind}>
          <ChartSample of={kind} />
          {text}
        </li>
      ))}
      {series.length > 1
        ? series.map(({ currency }, number) => (
            <li key={currency}>
              <svg width={22} height={12} aria-hidden className={styles['series']} data-series={number}>
                <path className={styles['line']} d="M0,6H22" />
              </svg>
              {currency}
            </li>
          ))
        : null}
    </ul>
  );
};

const ChartTable = ({ series, metric }: { series: readonly ChartLine[]; metric: ShownMetric }) => {
  const hasBefore = series.some(({ points }) => points.some(({ compared }) => compared !== null));
  const heads = series.flatMap(({ currency }) => {
    const name = series.length > 1 ? `${metric.label}, ${currency}` : metric.label;
    return hasBefore ? [name, `${name}, ${w.compared}`] : [name];
  });
  return (
    <DataTable numeric inPanel label={w.title(metric.label)} heads={[w.day, ...heads, w.state]}>
      {(series[0]?.points ?? []).map((point, index) => (
        <tr role="row" key={point.day}>
          <DataCell>{formatDay(point.day)}</DataCell>
          {series.flatMap(({ currency, points }) => {
            const each = points[index];
            const label = series.length > 1 ? `${metric.label}, ${currency}` : metric.label;
            return [
              <DataCell key={currency} numeric label={label}>
                {formatValue(each?.value ?? each?.partial, metric, currency) ?? none}
              </DataCell>,
              ...(hasBefore
                ? [
                    <DataCell key={`${currency} before`} numeric label={`${label}, ${w.compared}`}>
                      {formatValue(each?.compared, metric, currency) ?? none}
                    </DataCell>,
                  ]
                : []),
            ];
          })}
          <DataCell numeric label={w.state}>
            {stateOf(point)}
          </DataCell>
        </tr>
      ))}
    </DataTable>
  );
};

interface ChartPanelProps {
  readonly answer: ShownPerformance;
  readonly metric: ShownMetric;
  readonly isTable: boolean;
  readonly outlooks: readonly Outlook[];
  readonly show: (as: 'table' | undefined) => void;
}

export const ChartPanel = ({ answer, metric, isTable, outlooks, show }: ChartPanelProps) => {
  const series = seriesOf(answer, metric);
  return (
    <Panel
      title={w.title(metric.label)}
      aside={
        <Button variant="subtle" size="compact-xs" color="gray" onClick={() => show(isTable ? undefined : 'table')}>
          {isTable ? w.asChart : w.asTable}
        </Button>
      }
      flush={isTable}
    >
      {isTable ? (
        <ChartTable series={series} metric={metric} />
      ) : (
        <>
          <Text size="xs" c="dimmed" mb="md">
            {summaryOf(series, metric)}
          </Text>
          <Chart metric={metric} series={series} />
          <Legend series={series} />
          <OutlookPanel answer={answer} metric={metric} outlooks={outlooks} />
        </>
      )}
    </Panel>
  );
};
