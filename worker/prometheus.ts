/** What we count ourselves, beside Temporal's own metrics. Labels are ids and stable words, never names or tokens. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LandedRows, Meter, RequestOutcome } from '../activities/deps.js';

export interface PrometheusMetrics {
  readonly registry: Registry;
  /** Counts what the activities do. */
  readonly meter: Meter;
  readonly gauges: Gauges;
}

export interface Gauges {
  readonly freshness: Gauge<'account_id'>;
  readonly sinceRun: Gauge<'account_id'>;
  readonly notGreen: Gauge<'account_id' | 'standing'>;
  readonly restated: Gauge<'account_id' | 'currency'>;
  readonly feedMissed: Gauge<'account_id'>;
  readonly openJobs: Gauge<'account_id'>;
  readonly standstill: Gauge<'account_id'>;
  readonly credentialsRejected: Gauge;
  readonly notificationsUnsent: Gauge;
  readonly storeAge: Gauge;
  readonly temporalUp: Gauge;
}

const createGauges = (registry: Registry): Gauges => {
  const registers = [registry];
  const account = (name: string, help: string): Gauge<'account_id'> =>
    new Gauge({ name, help, labelNames: ['account_id'], registers });
  const plain = (name: string, help: string): Gauge => new Gauge({ name, help, registers });
  return {
    freshness: account(
      'xads_account_freshness_seconds',
      'Time since the end of the newest day that has all that X can answer.',
    ),
    sinceRun: account('xads_account_since_completed_run_seconds', 'Time since a run of the account was completed.'),
    notGreen: new Gauge({
      name: 'xads_account_days_not_green',
      help: 'Due days of which something that X named has not landed, by the worst that is the matter.',
      labelNames: ['account_id', 'standing'],
      registers,
    }),
    restated: new Gauge({
      name: 'xads_account_restated_micros',
      help: 'What X changed within a day in billed micros of campaigns, up and down added up, by currency.',
      labelNames: ['account_id', 'currency'],
      registers,
    }),
    feedMissed: account(
      'xads_account_feed_missed_entity_days',
      "What X's change feed had missed by the last blind check that was judged, in entity-days.",
    ),
    openJobs: account('xads_account_open_jobs', 'Jobs that X computes or that wait to be landed.'),
    standstill: account(
      'xads_account_standstill_seconds',
      'For how long an import with open jobs has landed nothing; 0 while no job is open.',
    ),
    credentialsRejected: plain('xads_credentials_rejected', 'Credentials that X rejected and that are still needed.'),
    notificationsUnsent: plain(
      'xads_notifications_unsent',
      'Notifications that not every configured channel has and that are still tried.',
    ),
    storeAge: plain('xads_store_age_seconds', 'Age of the values that are read from Postgres.'),
    temporalUp: plain('xads_temporal_metrics_up', "Whether the metrics of Temporal's core are in this answer."),
  };
};

const outcomes = [
  'ok',
  'rate_limited',
  'unauthorized',
  'refused',
  'unavailable',
  'no_answer',
] as const satisfies readonly RequestOutcome[];
const landedRows = ['new', 'changed', 'unchanged', 'zeroed', 'stale'] as const satisfies readonly LandedRows[];

const createMeter = (registry: Registry): Meter => {
  const registers = [registry];
  const requests = new Counter({
    name: 'xads_requests_total',
    help: 'Requests to X, by family of its limits and by what became of them.',
    labelNames: ['family', 'outcome'],
    registers,
  });
  const waits = new Counter({
    name: 'xads_gate_waits_total',
    help: 'Calls that our own gate held back, by family and class.',
    labelNames: ['family', 'class'],
    registers,
  });
  const waitSeconds = new Counter({
    name: 'xads_gate_wait_seconds_total',
    help: 'For how long the gate held them back.',
    labelNames: ['family', 'class'],
    registers,
  });
  const jobs = new Histogram({
    name: 'xads_job_seconds',
    help: "X's stats jobs, from their creation to SUCCESS, by X's clock.",
    buckets: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800],
    registers,
  });
  const rows = new Counter({
    name: 'xads_rows_landed_total',
    help: 'Entity-days of result files, by what they were to the store.',
    labelNames: ['rows'],
    registers,
  });
  // Every series starts with a zero: Prometheus' `increase` misses the first event of a series that starts with it.
  for (const kind of landedRows) rows.inc({ rows: kind }, 0);
  const families = new Set<string>();
  return {
    request: (family, outcome) => {
      if (!families.has(family)) for (const each of outcomes) requests.inc({ family, outcome: each }, 0);
      families.add(family);
      requests.inc({ family, outcome });
    },
    gateWait: (family, of, seconds) => {
      waits.inc({ family, class: of });
      waitSeconds.inc({ family, class: of }, seconds);
    },
    jobReady: (seconds) => jobs.observe(seconds),
    rowsLanded: (landed) => {
      for (const [kind, count] of Object.entries(landed)) if (count > 0) rows.inc({ rows: kind }, count);
    },
  };
};

/** Metrics in a registry of their own, so that tests in one process do not share counts. */
export const createPrometheusMetrics = (): PrometheusMetrics => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return { registry, meter: createMeter(registry), gauges: createGauges(registry) };
};
