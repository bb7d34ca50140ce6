import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import type { Occasion } from '../../state/faults.js';
import type { SimulatedJob } from '../../state/jobs.js';
import type { Simulator } from '../../state/simulator.js';

export const FILE_PATH = '/advertiser-api-async-analytics/';

const NOT_READY_SECONDS = 3;

/** The download of a file, for the conditions of faults. */
export const fileOccasion = (job: SimulatedJob): Occasion => ({
  method: 'GET',
  path: `${FILE_PATH}${job.fileName}.json.gz`,
  accountId: job.account.id,
  entityIds: job.query.entityIds,
  level: job.query.level,
  placement: job.query.placement,
  screenName: job.screenName,
  jobId: job.idText,
});

/** The job whose result file has this path. */
export const jobOfPath = (simulator: Simulator, path: string): SimulatedJob | undefined =>
  path.startsWith(FILE_PATH)
    ? simulator.jobs.byFile(path.slice(FILE_PATH.length).replace(/\.json\.gz.*$/, ''))
    : undefined;

/**
 * The status of a file that is not ready: 404 and 426 in turn after its first request (hborras/twitter-php-ads-sdk#86).
 */
const notReady = (simulator: Simulator, job: SimulatedJob, readyAt: Map<string, number>): number | null => {
  const wire = simulator.clock.wire();
  if (simulator.jobs.sinceEnd(job) < simulator.options.fileDelaySeconds * 1000) return 404;
  const until = readyAt.get(job.idText);
  if (until !== undefined && wire < until) return job.log.downloads % 2 === 0 ? 404 : 426;
  const fault = simulator.faults.strike('file_not_ready', fileOccasion(job));
  if (fault === null) return null;
  readyAt.set(job.idText, wire + (fault.seconds ?? NOT_READY_SECONDS) * 1000);
  return 404;
};

/** Result files, gzip-compressed; clients need no signature (docs/x-ads-api.md §9.5, §17.40, §17.41). */
export const fileRoutes = (app: FastifyInstance, simulator: Simulator): void => {
  const readyAt = new Map<string, number>();
  app.get(`${FILE_PATH}:file`, async (request, reply) => {
    // X's result host does not accept HTTP/1.0 (hborras/twitter-php-ads-sdk#86).
    if (request.raw.httpVersion === '1.0') return reply.code(426).type('text/html').send('Upgrade Required');
    const job = jobOfPath(simulator, request.originalUrl.split('?', 1)[0] ?? '');
    if (job === undefined || !simulator.jobs.hasUrl(job)) return reply.code(404).type('text/html').send('Not Found');
    if (simulator.faults.strike('file_expired', fileOccasion(job)) !== null) job.fileGone = true;
    const refused = simulator.jobs.isFileGone(job) ? 404 : notReady(simulator, job, readyAt);
    const isFirst = job.log.downloads === 0;
    job.log.downloads += 1;
    if (refused !== null) return reply.code(refused).type('text/html').send('Not Found');
    const file = await simulator.files.read(job);
    // Once for some jobs of the profile `hostile`: the file as it is before it is compressed.
    if (isFirst && simulator.options.profile === 'hostile' && Number(job.id % 11n) === 3) {
      return reply.type('application/gzip').send(gunzipSync(file));
    }
    const truncated = simulator.faults.strike('file_truncated', fileOccasion(job)) !== null;
    return reply.type('application/gzip').send(truncated ? file.subarray(0, Math.floor(file.length * 0.6)) : file);
  });
};
