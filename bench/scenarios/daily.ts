import { measureConnections } from '../daily/connections.js';
import type { ConnectionsRun } from '../daily/connections.js';
import { feedAgainstBlind } from '../daily/feed-against-blind.js';
import type { FeedRun } from '../daily/feed-against-blind.js';
import { CONNECTION_DAY_BARS, ENDED_SHARE, FEED_JOBS_BAR } from '../figures.js';
import { type Column, type Machine, machine, met, round } from '../report.js';
import { requestsOf, REQUEST_KINDS } from '../request-kinds.js';
import type { LoadConfig } from '../world.js';

export interface DailyOptions {
  /** How many connections, one run after the other; 0 is left out. */
  readonly connections: readonly number[];
  readonly ads: number;
  readonly days: number;
  readonly history: number;
  readonly jobSeconds: number;
  readonly seed: number;
  /** Of the account whose jobs are held against a blind re-read, where all are always on … */
  readonly onAds: number;
  /** … and where four fifths have ended. */
  readonly endedAds: number;
  /** 0 leaves this part out. */
  readonly feedDays: number;
}

export interface DailyBars {
  readonly requests: boolean;
  readonly events: boolean;
  /** Never more jobs than a blind re-read, on no day of any account that was looked at. */
  readonly jobsNeverMore: boolean;
  /** At most half of a blind re-read's, where four fifths of the ads ended over three days ago. */
  readonly jobsAtMostHalf: boolean;
  readonly noRefusal: boolean;
  /** Seconds per connection at 1,000 connections against 100. Only where both were measured. */
  readonly scale: boolean | null;
}

export interface DailyReport {
  readonly scenario: 'daily';
  readonly machine: Machine;
  readonly runs: readonly ConnectionsRun[];
  readonly feed: readonly FeedRun[];
  readonly bars: DailyBars;
  /** Seconds per connection-day at 1,000 connections ∕ at 100. */
  readonly scale: number | null;
  readonly correct: boolean;
  /** What does not depend on how busy the machine is. */
  readonly countsMet: boolean;
  readonly barMet: boolean;
}

const scaleOf = (runs: readonly ConnectionsRun[]): number | null => {
  const at = (connections: number): number | undefined =>
    runs.find((run) => run.connections === connections)?.secondsPerConnectionDay;
  const [few, many] = [at(100), at(1_000)];
  return few === undefined || many === undefined ? null : round(many / few, 3);
};

export const dailyBars = (runs: readonly ConnectionsRun[], feed: readonly FeedRun[]): DailyBars => {
  const scale = scaleOf(runs);
  return {
    requests: runs.every((run) => run.requestsPerConnectionDay <= CONNECTION_DAY_BARS.requests),
    events: runs.every((run) => run.eventsPerConnectionDay <= CONNECTION_DAY_BARS.events),
    jobsNeverMore:
      runs.every((run) => run.moreThanBlind === 0) &&
      feed.every(({ daily }) => daily.every(({ feedJobs, jobs, isCheck }) => isCheck || feedJobs <= jobs)),
    jobsAtMostHalf: feed
      .filter(({ endedShare }) => endedShare >= ENDED_SHARE)
      .every(({ feedJobs, blindJobs }) => feedJobs <= FEED_JOBS_BAR * blindJobs),
    noRefusal: runs.every((run) => run.tooManyJobs === 0 && (run.refusals['429'] ?? 0) === 0),
    scale: scale === null ? null : scale <= CONNECTION_DAY_BARS.scale,
  };
};

export const daily = async (
  options: DailyOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void = () => undefined,
): Promise<DailyReport> => {
  const { connections, ads, days, history, jobSeconds, seed, onAds, endedAds, feedDays } = options;
  const feed: FeedRun[] = [];
  let on = machine();
  const worlds = [1, 0].flatMap((corrections) => [
    { ads: onAds, endedShare: 0, corrections },
    { ads: endedAds, endedShare: ENDED_SHARE, corrections },
  ]);
  for (const world of feedDays === 0 ? [] : worlds) {
    const sizes = { ...world, days: feedDays, history, jobSeconds: 0, seed };
    const measured = await feedAgainstBlind(sizes, loadConfig, report);
    on = measured.machine;
    feed.push(measured.run);
  }
  const runs: ConnectionsRun[] = [];
  for (const count of connections.filter((n) => n > 0)) {
    const sizes = { connections: count, ads, days, history, jobSeconds, seed };
    const measured = await measureConnections(sizes, loadConfig, report);
    on = measured.machine;
    runs.push(measured.run);
  }
  const bars = dailyBars(runs, feed);
  const { scale, ...counts } = bars;
  const countsMet = Object.values(counts).every(Boolean);
  return {
    scenario: 'daily',
    machine: on,
    runs,
    feed,
    bars,
    scale: scaleOf(runs),
    correct: runs.every(({ missing, doubled, wrong }) => missing + doubled + wrong === 0),
    countsMet,
    barMet: countsMet && scale !== false,
  };
};

export const connectionColumns: readonly Column<ConnectionsRun>[] = [
  ['connections', ({ connections }) => connections],
  ['seconds a connection-day', ({ secondsPerConnectionDay }) => secondsPerConnectionDay],
  ['seconds of each measured day', ({ seconds }) => seconds.map((one) => round(one, 1)).join(', ')],
  ['seconds of the history', ({ historySeconds }) => round(historySeconds, 1)],
  ['requests a connection-day', ({ requestsPerConnectionDay }) => requestsPerConnectionDay],
  ...REQUEST_KINDS.map(([kind, family]): Column<ConnectionsRun> => [
    `of them ${kind}`,
    ({ requests }) => round(requestsOf(requests, family), 2),
  ]),
  ['of them all others', ({ requests }) => round(requestsOf(requests, undefined), 2)],
  ['history events a connection-day', ({ eventsPerConnectionDay }) => eventsPerConnectionDay],
  ['longest history, events', ({ longestHistory }) => longestHistory],
  ['jobs a connection-day', ({ jobsPerConnectionDay }) => jobsPerConnectionDay],
  ['connection-days with more jobs than blind', (run) => `${run.moreThanBlind} of ${run.heldAgainstBlind}`],
  ['answers of 429, TOO_MANY_JOBS', ({ refusals, tooManyJobs }) => `${refusals['429'] ?? 0}, ${tooManyJobs}`],
  [
    "worker's memory, its peak MB",
    ({ worker }) => (worker === null ? 'not told here' : `${worker.megabytes}, ${worker.peakMegabytes}`),
  ],
  ['cells missing, doubled, wrong', ({ missing, doubled, wrong }) => `${missing}, ${doubled}, ${wrong}`],
];

export const feedColumns: readonly Column<FeedRun>[] = [
  ['ads, of them ended', ({ ads, endedShare }) => `${ads}, ${Math.round(endedShare * 100)} %`],
  ['days corrected late', ({ corrections }) => `${Math.round(corrections * 100)} %`],
  [
    'jobs of each day',
    ({ daily: days }) => days.map(({ feedJobs, isCheck }) => `${feedJobs}${isCheck ? ' (check)' : ''}`).join(', '),
  ],
  ['a blind re-read', ({ daily: days }) => days.map(({ jobs }) => jobs).join(', ')],
  ['jobs ∕ blind', ({ feedJobs, blindJobs }) => `${feedJobs} ∕ ${blindJobs} = ${round(feedJobs / blindJobs, 3)}`],
  ['never more', ({ daily: days }) => met(days.every(({ feedJobs, jobs, isCheck }) => isCheck || feedJobs <= jobs))],
];
