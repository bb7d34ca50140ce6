import { z } from 'zod';

/* The simulator's control calls: its world, and the requests that its clients made. */

const accountsSchema = z.array(z.looseObject({ id: z.string(), timezone: z.string() }));
export type SimulatedAccount = z.infer<typeof accountsSchema>[number];

const jobSchema = z.looseObject({
  account_id: z.string(),
  entity: z.string(),
  entity_ids: z.array(z.string()),
  start_time: z.string(),
  end_time: z.string(),
  placement: z.string(),
  metric_groups: z.array(z.string()),
  status: z.string(),
});
const requestsSchema = z.looseObject({
  counts: z.array(z.object({ method: z.string(), route: z.string(), status: z.number(), count: z.number() })),
  limits_hit: z.record(z.string(), z.number()),
  jobs_created: z.number(),
  peak_jobs_in_processing: z.number(),
  /** Calls that were answered 401, with the time (wire time) at which they arrived. */
  unauthorized: z.array(z.object({ method: z.string(), route: z.string(), received_at: z.string() })),
  jobs: z.array(jobSchema),
});
export type RequestReport = z.infer<typeof requestsSchema>;

/** The true numbers of one entity on one day, of days that have any. */
export interface TrueRow {
  readonly id: string;
  readonly level: string;
  readonly placement: string;
  readonly day: string;
  readonly metrics: Readonly<Record<string, number>>;
}

const control = (url: string, path: string): string => `${url}/_simulator/${path}`;

const getJson = async (url: string): Promise<unknown> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${url}`);
  return response.json();
};

export const simulatedAccounts = async (url: string): Promise<readonly SimulatedAccount[]> =>
  accountsSchema.parse(await getJson(control(url, 'accounts')));

export const requestReport = async (url: string): Promise<RequestReport> =>
  requestsSchema.parse(await getJson(control(url, 'requests')));

export const resetRequests = async (url: string): Promise<void> => {
  await fetch(control(url, 'requests'), { method: 'DELETE' });
};

/** Stops data time, so that the truth does not change while it is compared. */
export const freezeClock = async (url: string): Promise<void> => {
  const response = await fetch(control(url, 'clock'), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ frozen: true }),
  });
  if (!response.ok) throw new Error(`the simulator would not stop its clock: ${response.status}`);
};

/** Streams the truth of one level over a range of days, now or as it was at a moment of data time (`asOf`). */
export async function* trueRows(
  url: string,
  accountId: string,
  {
    level,
    from,
    to,
    asOf,
  }: { readonly level: string; readonly from: string; readonly to: string; readonly asOf?: string },
): AsyncGenerator<TrueRow, void, undefined> {
  const query = new URLSearchParams({ level, from, to, ...(asOf === undefined ? {} : { as_of: asOf }) });
  const response = await fetch(control(url, `truth/${accountId}?${query.toString()}`));
  if (!response.ok || !response.body)
    throw new Error(`the simulator answered ${response.status} when asked for its truth`);
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield { level, ...(JSON.parse(line) as Omit<TrueRow, 'level'>) };
  }
  if (rest !== '') yield { level, ...(JSON.parse(rest) as Omit<TrueRow, 'level'>) };
}
