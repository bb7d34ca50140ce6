import type { RequestReport } from '../../../local/once/simulated.js';

/*
 * What a stats job asks for, day by day, from the simulator's log alone: it shares no code with the planner, so that a
 * mistake made there is not made again here.
 */

type LoggedJob = RequestReport['jobs'][number];

const DAY_MS = 86_400_000;

/** The days of a job by their number: bounds are local midnights, so that days of 23 and 25 hours round to whole ones. */
const daysOf = ({ start_time: start, end_time: end }: LoggedJob): readonly string[] => {
  const count = Math.round((Date.parse(end) - Date.parse(start)) / DAY_MS);
  // Noon of the first day, or an hour from it, whatever the zone's offset: a day's own date in UTC names it.
  const noon = Date.parse(start) + DAY_MS / 2;
  return Array.from({ length: count }, (_, i) => new Date(noon + i * DAY_MS).toISOString().slice(0, 10));
};

/** One text for each entity, day and set of metrics that the job asks for. */
export const entityDaysOf = (job: LoggedJob): readonly string[] => {
  const metrics = job.metric_groups.toSorted().join('+');
  return job.entity_ids.flatMap((id) =>
    daysOf(job).map((day) => [job.account_id, job.entity, job.placement, metrics, id, day].join(' ')),
  );
};
