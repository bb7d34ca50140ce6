import { z } from 'zod';
import { addDays, type Day } from '../../domain/calendar.js';
import { dayOf } from '../../domain/local-days.js';
import { listVisibleAccounts } from '../../store/account/accounts.js';
import { conflict } from '../errors.js';
import { defineRoute } from '../route.js';
import { orderFromSimulator, type Trouble, TROUBLES } from '../simulated-x.js';

const TUESDAY = 2;
/** Imported by then, whichever wait was chosen. */
const DAYS_AGO = 4;
const JOBS = 5;
const CALLS = 20;
const FACTOR = 0.9;

const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay();
const tuesdayBefore = (today: Day): Day => {
  const latest = addDays(today, -DAYS_AGO);
  return addDays(latest, -((weekday(latest) - TUESDAY + 7) % 7));
};

const WHAT_HAPPENS: Readonly<Record<Trouble, string>> = {
  revoke_token:
    'The next time that the importer asks, the simulated X refuses the authorization. Reconnect to heal it.',
  fail_jobs: `The next ${JOBS} jobs fail at the simulated X. The importer asks for them again.`,
  busy: `The simulated X answers the next ${CALLS} calls for numbers that it is busy. The importer waits and asks again.`,
  restate: 'The simulated X has corrected the spend of a Tuesday by a tenth. Sync now to see the correction arrive.',
};

export const postSimulatedTrouble = defineRoute({
  name: 'postSimulatedTrouble',
  method: 'POST',
  path: '/connections/:id/simulated-trouble',
  access: 'run_connection',
  summary: 'Breaks something at the simulated X, to watch the importer heal it; refused where X itself is asked.',
  params: { id: z.guid() },
  body: { trouble: z.enum(TROUBLES) },
  answer: z.strictObject({
    /** What happens now, and how it heals. */
    sentence: z.string(),
  }),
  handle: async ({ options, connection, db, viewer }, { body: { trouble } }) => {
    const { simulator } = options;
    if (simulator === undefined) throw conflict('X itself is asked here; only a simulated X can be broken.');
    const { screenName } = connection;
    if (screenName === null) throw conflict('X has not authorized the connection yet; finish signing in first.');
    const own = { screen_name: screenName };
    if (trouble === 'restate') {
      const read = (await listVisibleAccounts(db, viewer, connection.id)).filter(({ granted }) => granted);
      const now = new Date().toISOString();
      for (const { id, zones } of read) {
        const day = tuesdayBefore(dayOf(now, zones));
        await orderFromSimulator(simulator, 'POST', `restatements/${id}`, { day, factor: FACTOR });
      }
    } else {
      const fault = {
        revoke_token: { kind: 'token_revoked', times: 1, ...own },
        fail_jobs: { kind: 'job_failed', times: JOBS },
        busy: { kind: 'status_503', times: CALLS, path: '/stats/' },
      }[trouble];
      await orderFromSimulator(simulator, 'PUT', 'faults', [fault]);
    }
    return { sentence: WHAT_HAPPENS[trouble] };
  },
});
