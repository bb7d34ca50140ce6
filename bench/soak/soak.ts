import { requestReport } from '../../local/once/simulated.js';
import { type Machine, round } from '../report.js';
import { calendarOfTrouble } from './calendar-of-trouble.js';
import { judge } from './judge.js';
import type { Verdict } from './judge.js';
import { syncDays } from './days.js';
import { dayOfSoak, syncTimeOf } from './due-times.js';
import { makeSubject } from './world.js';
import { machineOf, makeWorld } from '../world.js';
import type { LoadConfig, BenchWorld } from '../world.js';

export interface SoakOptions {
  readonly days: number;
  readonly ads: number;
  readonly accounts: number;
  readonly seed: number;
}

/** Seconds per day, a month at a time: they show what grows with the days that are stored. */
export interface Pace {
  readonly throughDay: number;
  /** Of a day with syncs. */
  readonly secondsPerDay: number;
}

export interface SoakReport extends SoakOptions, Verdict {
  readonly zones: readonly string[];
  readonly zoneSwitch: { readonly from: string | undefined; readonly to: string; readonly day: string };
  readonly tokenDeaths: number;
  readonly daysAsleep: number;
  readonly failedJobs: number;
  readonly jobs: number;
  readonly requests: number;
  /** Numbers that X changed after they were stored; their old values are kept. */
  readonly restatements: number;
  /** Calls that X refused because a limit was reached, by its name. */
  readonly limitsHit: Readonly<Record<string, number>>;
  readonly pace: readonly Pace[];
  readonly seconds: number;
  readonly machine: Machine;
}

const PACE_DAYS = 30;
/** More days than are imported, so that X's change feed also names days before them. */
const WORLD_DAYS = 40;
export const soak = async (
  options: SoakOptions,
  loadConfig: LoadConfig,
  report: (text: string) => void,
): Promise<SoakReport> => {
  const started = performance.now();
  const { days, ads, accounts, seed } = options;
  const trouble = calendarOfTrouble(days, accounts, seed);
  const { subject, day, zone } = trouble.zoneSwitch;
  const simulator = {
    ads,
    accounts,
    seed,
    days: WORLD_DAYS,
    'job-seconds': 0,
    profile: 'messy',
    now: syncTimeOf(0, seed),
    'timezone-switch': `${subject}:${dayOfSoak(day)}:${zone}`,
  };
  await using world = await makeWorld(simulator, loadConfig, report);
  await world.control('PUT', 'clock', { frozen: true });
  report('Connecting, and importing a month …');
  const subjects = await Promise.all(
    Array.from({ length: accounts }, (_, number) => makeSubject(world, number, trouble)),
  );
  const { syncs, secondsOfDay, ...lived } = await syncDays(world, subjects, trouble, options, report);
  await world.control('PUT', 'faults', []);
  report('Comparing with the truth …');
  const verdict = await judge(world, subjects, syncs, trouble, options);
  return {
    ...options,
    ...verdict,
    ...lived,
    zones: subjects.map(({ zoneAt }) => zoneAt(syncTimeOf(0, seed))),
    zoneSwitch: { from: subjects[subject]?.zoneAt(syncTimeOf(0, seed)), to: zone, day: dayOfSoak(day) },
    ...(await counts(world)),
    pace: paceOf(secondsOfDay),
    seconds: Math.round((performance.now() - started) / 1_000),
    machine: await machineOf(world),
  };
};

const counts = async ({ db, simulatorUrl }: BenchWorld) => {
  const { rows } = await db.query<{ jobs: number; failed: number; restatements: number }>(
    `select (select count(*) from importer.jobs) as jobs,
       (select count(*) from importer.jobs where state = 'failed') as failed,
       (select count(*) from importer.fact_versions) + (select count(*) from importer.mobile_fact_versions) as restatements`,
  );
  const { jobs = 0, failed = 0, restatements = 0 } = rows[0] ?? {};
  const asked = await requestReport(simulatorUrl);
  const requests = asked.counts.reduce((sum, { count }) => sum + count, 0);
  return { jobs, failedJobs: failed, restatements, requests, limitsHit: asked.limits_hit };
};

const paceOf = (secondsOfDay: readonly number[]): readonly Pace[] => {
  const parts = Math.ceil(secondsOfDay.length / PACE_DAYS);
  return Array.from({ length: parts }, (_, part) => {
    const own = secondsOfDay.slice(part * PACE_DAYS, (part + 1) * PACE_DAYS);
    const awake = own.filter((seconds) => seconds > 0.05);
    const sum = awake.reduce((total, seconds) => total + seconds, 0);
    return { throughDay: part * PACE_DAYS + own.length, secondsPerDay: round(sum / Math.max(1, awake.length), 2) };
  });
};
