import { adsError, ApiError } from '../../errors.js';
import { instant, int64, type Json } from '../../json.js';
import { echoOf } from '../../numbers/query.js';
import { jobOutcomeOf } from '../../state/job-outcome.js';
import { MAX_PROCESSING, type SimulatedJob } from '../../state/jobs.js';
import { LIMITS } from '../../state/rate-limits.js';
import type { Simulator } from '../../state/simulator.js';
import { FILE_PATH } from '../files/files.js';
import type { AccountCall } from './call.js';
import type { AdsRoutes } from './routes.js';
import { readStatsQuery } from './stats-query.js';

const fileUrl = (simulator: Simulator, job: SimulatedJob): string | null => {
  if (!simulator.jobs.hasUrl(job)) return null;
  const url = `${simulator.url}${FILE_PATH}${job.fileName}.json.gz`;
  // A fault that importers have met: the URL twice, without a separator.
  return job.outcome.gluedUrl ? `${url}${url}` : url;
};

/** The job object, in the key order of X (docs/x-ads-api.md §9.2). */
const jobJson = (simulator: Simulator, job: SimulatedJob): Json => {
  const status = simulator.jobs.status(job);
  const expiresAt = simulator.jobs.expiresAt(job);
  const echo = echoOf(job.query);
  return {
    start_time: echo['start_time'] ?? null,
    segmentation_type: job.query.segmentation,
    url: fileUrl(simulator, job),
    id_str: job.idText,
    entity_ids: job.query.entityIds,
    end_time: echo['end_time'] ?? null,
    country: job.query.country,
    placement: job.query.placement,
    id: int64(job.idText),
    expires_at: expiresAt === null ? null : instant(expiresAt),
    account_id: job.account.id,
    status,
    granularity: job.query.granularity,
    entity: job.query.level,
    created_at: instant(job.createdData),
    platform: job.query.platform,
    updated_at: instant(job.endedData ?? job.createdData),
    metric_groups: echo['metric_groups'] ?? null,
  };
};

const concurrency = ({ simulator, account, reply }: AccountCall): number => {
  const processing = simulator.jobs.processing(account.id);
  void reply.headers({
    'x-concurrent-job-limit': String(MAX_PROCESSING),
    'x-concurrent-job-limit-remaining': String(Math.max(0, MAX_PROCESSING - processing)),
  });
  return processing;
};

const create = (call: AccountCall): Json => {
  const { simulator, account, params, token, request } = call;
  const query = readStatsQuery({ params, account, simulator }, 'job');
  if (concurrency(call) >= MAX_PROCESSING) {
    simulator.log.limited('jobs in processing');
    throw adsError(400, 'TOO_MANY_JOBS', `A maximum of ${MAX_PROCESSING} jobs can be in processing state`);
  }
  const { screenName } = token.user;
  const occasion = {
    method: request.method,
    path: request.originalUrl,
    accountId: account.id,
    entityIds: query.entityIds,
    level: query.level,
    placement: query.placement,
    screenName,
  };
  const outcome = jobOutcomeOf(simulator.faults, occasion, query, simulator.options.jobSeconds);
  const job = simulator.jobs.create(account, screenName, query, outcome);
  simulator.files.computeAhead(job);
  concurrency(call);
  return { request: { params: echoOf(query) }, data: jobJson(simulator, job) };
};

/** Jobs, newest first. The cursor is a job id and includes that job (docs/x-ads-api.md §9.4, §17.42). */
const list = (call: AccountCall): Json => {
  const { simulator, account, params } = call;
  concurrency(call);
  params.echo['account_id'] = account.id;
  const ids = params.list('job_ids', 200);
  const count = params.integer('count', 1, 1_000, 200);
  const cursor = params.text('cursor');
  const wanted = ids === undefined ? null : new Set(ids);
  const jobs = simulator.jobs
    .list(account.id)
    .filter((job) => wanted === null || wanted.has(job.idText))
    .filter((job) => cursor === undefined || !/^\d+$/.test(cursor) || job.id <= BigInt(cursor));
  return {
    request: { params: { ...params.echo } },
    next_cursor: jobs[count]?.idText ?? null,
    data: jobs.slice(0, count).map((job) => jobJson(simulator, job)),
  };
};

const cancel = (call: AccountCall): Json => {
  const { simulator, account, params } = call;
  const id = call.path('job_id');
  const job = simulator.jobs.list(account.id).find(({ idText }) => idText === id);
  if (job === undefined) {
    throw new ApiError({ status: 404, errors: [{ code: 'NOT_FOUND', message: `Job ${id} was not found` }] });
  }
  simulator.jobs.cancel(job);
  Object.assign(params.echo, { account_id: account.id, job_id: id });
  return { request: { params: { ...params.echo } }, data: jobJson(simulator, job) };
};

/** The calls that create, list and cancel statistics jobs (docs/x-ads-api.md §9). */
export const jobRoutes = (routes: AdsRoutes): void => {
  const path = '/stats/jobs/accounts/:account_id';
  const write = { kind: 'stats', limit: () => LIMITS.writes } as const;
  routes.addForAccount({ ...write, method: 'POST', path }, create);
  routes.addForAccount({ method: 'GET', path, kind: 'stats', limit: () => LIMITS.reads }, list);
  routes.addForAccount({ ...write, method: 'DELETE', path: `${path}/:job_id` }, cancel);
};
