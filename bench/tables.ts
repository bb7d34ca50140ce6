import { type ReportFormat, print, printJson, printTable } from './report.js';
import { connectionColumns, type DailyReport, feedColumns } from './scenarios/daily.js';
import { type FirstNumbersReport, type Waited, waitedColumns } from './scenarios/first-numbers.js';
import type { LandingReport, Way } from './scenarios/land.js';
import { yearColumns, type YearReport } from './scenarios/year-backfill.js';

/* How the figures of the larger scenarios are shown. */

export const showYear = (output: ReportFormat, figures: YearReport): void =>
  print(
    output,
    {
      title: 'A year of one account',
      machine: figures.machine,
      columns: yearColumns,
      rows: figures.runs,
      sideways: true,
      notes: [],
    },
    figures,
  );

export const showLanding = (output: ReportFormat, figures: LandingReport): void => {
  const { options, rows, jsonMegabytes, gzipMegabytes, copyMegabytes, ratio, bar, correct } = figures;
  print<Way>(
    output,
    {
      title: 'Landing',
      machine: figures.machine,
      columns: [
        ['way', ({ name }) => name],
        ['rows/s', ({ rowsPerSecond }) => rowsPerSecond],
        ['MB/s of JSON', ({ megabytesPerSecond }) => megabytesPerSecond],
        ['× bare COPY', (way) => way.ratio],
        ['seconds', ({ seconds }) => seconds.join(', ')],
      ],
      rows: figures.ways,
      notes: [
        `${options.files} files of ${options.ids} ids × ${options.days} days: ${rows} rows; ${gzipMegabytes} MB gzip, ${jsonMegabytes} MB JSON, ${copyMegabytes} MB as COPY text.`,
        `Landing runs at ${ratio} × bare COPY; the bar is ${bar}. Stored as it must be: ${correct ? 'yes' : 'NO'}.`,
      ],
    },
    figures,
  );
};

export const showDaily = (output: ReportFormat, figures: DailyReport): void => {
  const { feed, runs, bars, scale } = figures;
  const missed = Object.entries(bars).flatMap(([bar, isMet]) => (isMet === false ? [bar] : []));
  const notes = [
    ...(scale === null
      ? []
      : [`Seconds per connection at 1,000 connections: ${scale} × those at 100; the bar is 1.25.`]),
    missed.length === 0 ? 'Every bar that was measured is met.' : `Missed bars: ${missed.join(', ')}.`,
  ];
  const { machine } = figures;
  printTable(output, {
    title: 'Jobs that follow the change feed, against a blind re-read of 14 days',
    machine,
    columns: feedColumns,
    rows: feed,
    sideways: true,
    notes: [],
  });
  printTable(output, {
    title: 'A day of many connections',
    machine,
    columns: connectionColumns,
    rows: runs,
    sideways: true,
    notes,
  });
  printJson(output, figures);
};

export const showFirstNumbers = (output: ReportFormat, figures: FirstNumbersReport): void => {
  const { options, waited, jobs, bar, refusals, tooManyJobs } = figures;
  print<Waited>(
    output,
    {
      title: 'First numbers beside a large import',
      machine: figures.machine,
      columns: waitedColumns,
      rows: waited,
      notes: [
        `Beside ${options.accounts} accounts of ${options.ads} ads, jobs of ${options.jobSeconds} s; ${jobs} jobs made meanwhile. The bar is ${bar} × alone.`,
        `Answers from 400 on: ${JSON.stringify(refusals)}; TOO_MANY_JOBS: ${tooManyJobs}.`,
      ],
    },
    figures,
  );
};
