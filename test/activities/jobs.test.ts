import { OPERATOR } from '../../domain/viewer.js';
import { describe, expect, test } from 'vitest';
import type { Day } from '../../domain/calendar.js';
import { coverageDays } from '../../store/reports/coverage.js';
import { sliceCounts } from '../../store/import/run-progress.js';
import { observeSlots } from '../../store/import/slots.js';
import { openSite, rowsOf, type Site, unlessWaiting } from './site.js';

const NOW = '2026-11-23T12:00:00Z';
const range = { from: '2026-11-01' as Day, to: '2026-11-22' as Day };
/** How it waits: as an activity that is tried again, with the reason that people read. */
const NO_SLOT = { type: 'JobSlots', category: 'BENIGN', message: 'all job slots of the account are taken' };
/** For what comes by time. */
const CREATES = { method: 'POST', path: '/stats/jobs/' };

interface Report {
  readonly jobs_created: number;
  readonly peak_jobs_in_processing: number;
  readonly limits_hit: Readonly<Record<string, number>>;
  readonly counts: readonly { readonly method: string; readonly route: string; readonly count: number }[];
  readonly jobs: readonly { readonly end_time: string; readonly status: string }[];
}
const report = async (site: Site): Promise<Report> => (await site.control('GET', 'requests')) as Report;
/** How often X was asked for its list of jobs. */
const lists = async (site: Site): Promise<number> =>
  (await report(site)).counts
    .filter(({ method, route }) => method === 'GET' && route.includes('/stats/jobs/'))
    .reduce((sum, { count }) => sum + count, 0);
/** What it created; nothing where it waits. */
const submitted = async (site: Site, runId: string): Promise<number> => {
  try {
    return (await site.call('submitJobs', { runId })).created;
  } catch (error) {
    unlessWaiting(error);
    return 0;
  }
};
const jobs = (site: Site) =>
  rowsOf<{ state: string; n: number }>(site.db, 'select state, count(*) as n from importer.jobs group by 1 order by 1');
const complete = async (site: Site, accountId: string): Promise<boolean> =>
  (await coverageDays(site.db, OPERATOR, { accountId, ...range })).every(({ status }) =>
    ['complete', 'verified_empty'].includes(status),
  );
const startSite = (options: Parameters<typeof openSite>[0] = {}) =>
  openSite({ ads: 12, days: 60, now: NOW, ...options });

describe('submitting', () => {
  test('stops at a hundred jobs in processing, newest day first, and X never has to refuse', async () => {
    await using site = await startSite({ ads: 460, days: 365, jobSeconds: 3_600 });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range: { from: '2025-12-01' as Day, to: '2026-11-22' as Day } });
    const submitted = await site.call('submitJobs', { runId });
    expect(submitted).toMatchObject({ created: 100, lost: 0 });
    expect(submitted.planned).toBeGreaterThan(0);
    // They are its own: the workflow knows when one has ended, and nothing looks for a slot before.
    expect(await site.call('submitJobs', { runId })).toMatchObject({ created: 0, fullWith: 100 });
    const before = { from: '2025-11-24' as Day, to: '2025-11-30' as Day };
    const other = await site.plan(await site.choose({}, 'campaign_analyst'), { range: before });
    await expect(site.call('submitJobs', { runId: other })).rejects.toMatchObject(NO_SLOT);
    const { peak_jobs_in_processing: peak, limits_hit: hit, jobs: made } = await report(site);
    expect(peak).toBe(100);
    expect(hit).toEqual({});
    // A handful is on its way at once, so the order is that of the batches.
    const ends = made.map((job) => job.end_time);
    expect(ends.slice(0, 16).every((end) => end >= (ends.at(-1) ?? ''))).toBe(true);
    expect(ends[0]).toBe(ends.toSorted().at(-1));
  });

  test('waits where other tools hold the slots, and asks X no more meanwhile', async () => {
    await using site = await startSite({ jobSeconds: 3_600, jobTimeouts: { refusedSlots: 3, saidSlots: 1 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    const {
      oauth_token: token = '',
      oauth_token_secret: tokenSecret = '',
      user_id: userId = '',
    } = (await site.control('POST', 'tokens', { screen_name: 'campaign_analyst' })) as Record<string, string>;
    const [slice] = await rowsOf<{ id: string }>(
      site.db,
      `select entity_ids[1] as id from importer.slices where level = 'PROMOTED_TWEET' limit 1`,
    );
    const tool = site.x.forUser({ userId, token, tokenSecret });
    const theirs = await Promise.all(
      Array.from({ length: 100 }, () =>
        tool.statsJobs.create(grant.accountId, {
          entity: 'PROMOTED_TWEET',
          entityIds: [slice?.id ?? ''],
          startTime: '2026-11-20T08:00:00Z',
          endTime: '2026-11-21T08:00:00Z',
          placement: 'ALL_ON_TWITTER',
          metricGroups: ['ENGAGEMENT'],
          granularity: 'DAY',
        }),
      ),
    );
    const first = await site.call('submitJobs', { runId });
    expect(first).toMatchObject({ created: 0, lost: 0, hold: 'too_many_jobs' });
    const hits = (await report(site)).limits_hit;
    await expect(site.call('submitJobs', { runId })).rejects.toMatchObject(NO_SLOT);
    expect((await report(site)).limits_hit).toEqual(hits);
    expect((await jobs(site)).map(({ state }) => state)).toEqual(['refused']);
    expect((await sliceCounts(site.db, runId)).failed).toBe(0);
    expect(await lists(site)).toBe(0);
    // Then X's header says how many are free: none, as long as the other tool's jobs go on.
    await expect.poll(async () => [await submitted(site, runId), await lists(site)]).toEqual([0, 1]);
    for (const { data } of theirs) await tool.statsJobs.cancel(grant.accountId, data.id_str);
    await expect.poll(() => submitted(site, runId)).toBeGreaterThan(0);
    const { planned, inFlight } = await sliceCounts(site.db, runId);
    expect({ planned, inFlight: inFlight > 0 }).toEqual({ planned: 0, inFlight: true });
    expect((await report(site)).limits_hit).toEqual(hits);
  });

  test('begins again after a pause before which X said that all slots were taken, and one asks for all', async () => {
    await using site = await startSite({ ads: 460, days: 365, jobSeconds: 3_600, jobTimeouts: { saidSlots: 2 } });
    const grant = await site.choose();
    const [older, newer] = [
      { from: '2025-11-24' as Day, to: '2026-05-31' as Day },
      { from: '2026-06-01' as Day, to: '2026-11-22' as Day },
    ];
    const paused = await site.plan(grant, { range: { from: older.from, to: newer.to } });
    expect(await site.call('submitJobs', { runId: paused })).toMatchObject({ created: 100 });
    await site.call('closeRun', { runId: paused, state: 'cancelled', reason: 'paused' });
    await site.call('cancelJobs', { runId: paused, ...grant, jobs: [] });
    const runs = [await site.plan(grant, { range: newer }), await site.plan(grant, { range: older })];
    // Answers overtake each other, so the last one that was stored need not be the one that said so.
    await observeSlots(site.db, grant.accountId, 100, 0);
    // What X said last is old by now, and so would the answer be that never came: to each of many askers.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const created = await Promise.all([...runs, ...runs, ...runs].map((runId) => submitted(site, runId)));
    expect(await lists(site)).toBe(1);
    for (const runId of runs)
      await expect
        .poll(async () => (await submitted(site, runId)) + (await sliceCounts(site.db, runId)).inFlight)
        .toBeGreaterThan(0);
    expect(created.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(0);
    const { limits_hit: hit, peak_jobs_in_processing: peak } = await report(site);
    expect({ hit, peak }).toEqual({ hit: {}, peak: 100 });
  });

  test('believes what X said of its slots for a while, and asks no sooner again where the answer does not come', async () => {
    await using site = await startSite({ jobTimeouts: { saidSlots: 2 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await observeSlots(site.db, grant.accountId, 100, 0);
    expect([await submitted(site, runId), await lists(site)]).toEqual([0, 0]);
    await site.faults({ kind: 'connection_reset', times: 1, method: 'GET', path: '/stats/jobs/' });
    await expect
      .poll(() => submitted(site, runId).catch((error: unknown) => error))
      .toMatchObject({ type: 'ConnectionFailed' });
    expect(await submitted(site, runId)).toBe(0);
    await expect.poll(() => submitted(site, runId)).toBeGreaterThan(0);
    expect(await lists(site)).toBe(1);
  });

  test('settles a placement that stats refuse as unavailable, and lands the rest', async () => {
    await using site = await startSite();
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await site.db.query(
      `insert into importer.ask_records (ask_id, account_id, level, entity_id, placement, days, activity_from, activity_to)
       select ask_id, account_id, level, entity_id, 'PUBLISHER_NETWORK', days, activity_from, activity_to
       from importer.ask_records where level = 'PROMOTED_TWEET'`,
    );
    await site.call('planSlices', { runId });
    await site.finish(runId);
    const days = await coverageDays(site.db, OPERATOR, { accountId: grant.accountId, ...range });
    const refused = days.filter(({ placement }) => placement === 'PUBLISHER_NETWORK');
    expect(refused.filter(({ expected }) => expected > 0).length).toBeGreaterThan(0);
    for (const { status, expected, reason } of refused.filter((day) => day.expected > 0)) {
      expect({ status, landed: expected > 0 }).toEqual({ status: 'unavailable', landed: true });
      expect(reason).toContain('X refused the request');
    }
    expect(
      days
        .filter(({ placement }) => placement !== 'PUBLISHER_NETWORK')
        .every(({ status }) => ['complete', 'verified_empty'].includes(status)),
    ).toBe(true);
    // What this run found unavailable is settled for it.
    expect(await site.call('planSlices', { runId })).toMatchObject({ planned: 0, held: 0 });
  });
});

describe('a create whose answer was lost', () => {
  test('is found in the list of X and adopted, so that no job is made twice', async () => {
    await using site = await startSite({ jobTimeouts: { lostCreate: 0 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    const { planned } = await sliceCounts(site.db, runId);
    await site.faults({ kind: 'lost_response', times: 2, ...CREATES });
    expect(await site.call('submitJobs', { runId })).toMatchObject({ lost: 2 });
    expect(await site.call('adoptJobs', { runId })).toMatchObject({ adopted: 2, repeated: 0, lost: 0 });
    await site.finish(runId);
    expect((await report(site)).jobs_created).toBe(planned);
    expect(await complete(site, grant.accountId)).toBe(true);
  });

  test('that never reached X is repeated', async () => {
    await using site = await startSite({ jobTimeouts: { lostCreate: 0 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'connection_reset', times: 1, ...CREATES });
    expect(await site.call('submitJobs', { runId })).toMatchObject({ lost: 1 });
    expect(await site.call('adoptJobs', { runId })).toMatchObject({ adopted: 0, repeated: 1, lost: 0 });
    await site.finish(runId);
    expect(await complete(site, grant.accountId)).toBe(true);
  });

  test('is left alone until its time-out has passed', async () => {
    await using site = await startSite({ jobTimeouts: { lostCreate: 3_600 } });
    const runId = await site.plan(await site.choose(), { range });
    await site.faults({ kind: 'lost_response', times: 1, ...CREATES });
    await site.call('submitJobs', { runId });
    expect(await site.call('adoptJobs', { runId })).toMatchObject({
      adopted: 0,
      repeated: 0,
      lost: 1,
      waitSeconds: expect.any(Number) as number,
    });
  });
});

describe('polling', () => {
  test('asks again for what failed by chance, and halves what fails again', async () => {
    await using site = await startSite();
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'job_failed', times: 2, level: 'PROMOTED_TWEET' });
    await site.finish(runId);
    expect((await jobs(site)).find(({ state }) => state === 'failed')?.n).toBe(2);
    const split = await rowsOf(site.db, `select from importer.slices where state = 'split'`);
    expect(split).toHaveLength(1);
    expect(await complete(site, grant.accountId)).toBe(true);
  });

  test('gives a job up that X hides beyond its timeout, and makes it again', async () => {
    await using site = await startSite({ jobTimeouts: { job: 0 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'job_missing', times: 1, seconds: 3_600 });
    await site.finish(runId);
    expect((await jobs(site)).find(({ state }) => state === 'cancelled')?.n).toBe(1);
    expect(await complete(site, grant.accountId)).toBe(true);
  });

  test('waits while X computes, says for what, and keeps the slots', async () => {
    await using site = await startSite({ jobSeconds: 3_600 });
    const runId = await site.plan(await site.choose(), { range });
    const { created } = await site.call('submitJobs', { runId });
    await expect(site.call('pollJobs', { runId })).rejects.toMatchObject({
      type: 'JobsProcessing',
      category: 'BENIGN',
      message: `X is computing ${created} jobs; asked again in 1 s`,
    });
    expect(await sliceCounts(site.db, runId)).toMatchObject({ inFlight: created, ready: 0 });
  });
});

const atX = async (site: Site) => (await report(site)).jobs.map(({ status }) => status);

describe('what X still computes when a run ends', () => {
  test('is cancelled there, also the jobs whose creates nobody has heard the answer of', async () => {
    await using site = await startSite({ jobSeconds: 3_600, jobTimeouts: { lostCreate: 2 } });
    const grant = await site.choose();
    const runId = await site.plan(grant, { range });
    await site.faults({ kind: 'lost_response', times: 2, ...CREATES });
    const { created, lost } = await site.call('submitJobs', { runId });
    expect(lost).toBe(2);
    await site.call('closeRun', { runId, state: 'cancelled' });
    const cancelling = () =>
      site.call('cancelJobs', { runId, ...grant, jobs: [] }).then(
        () => 'done',
        (error: unknown) => (unlessWaiting(error), 'waits'),
      );
    expect(await cancelling()).toBe('waits');
    expect((await atX(site)).filter((status) => status === 'CANCELLED')).toHaveLength(created);
    await expect.poll(cancelling).toBe('done');
    expect(new Set(await atX(site))).toEqual(new Set(['CANCELLED']));
    expect(await rowsOf(site.db, 'select from importer.jobs where left_at_x')).toEqual([]);
  });

  test('is cancelled by the next run that creates jobs, where nobody could do it before; its own jobs go on', async () => {
    await using site = await startSite({ jobSeconds: 3_600, jobTimeouts: { lostCreate: 0 } });
    const grant = await site.choose();
    const ended = await site.plan(grant, { range });
    await site.faults({ kind: 'lost_response', times: 1, ...CREATES });
    await site.call('submitJobs', { runId: ended });
    const before = (await atX(site)).length;
    site.openWorkflows.clear();
    const runId = await site.open(grant, { range });
    await site.call('reapRuns', { runId });
    await site.call('survey', { runId });
    const { created } = await site.call('submitJobs', { runId, begin: true });
    expect(created).toBeGreaterThan(0);
    const after = await atX(site);
    expect([after.slice(0, before), after.slice(before)].map((part) => [...new Set(part)])).toEqual([
      ['CANCELLED'],
      ['PROCESSING'],
    ]);
  });
});
