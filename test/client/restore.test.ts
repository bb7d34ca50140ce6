import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ScheduleNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CliConfig } from '../../cli/io.js';
import type { BackedUp, DatabaseRestored, Restored } from '../../client/answers.js';
import type { Opened } from '../../client/open.js';
import type { ConnectionStatus } from '../../client/shapes.js';
import { addDays, type Day, type DayRange } from '../../domain/calendar.js';
import { connectionWorkflowId, dailyScheduleId } from '../../domain/ids.js';
import type { NextStep } from '../../domain/next-step.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { createDatabase } from '../support/database.js';
import { repeatedJobs } from '../faults/support/expect-truth.js';
import { compareWithTruth } from '../support/truth.js';
import { allowing, type Installation, type Ran, startInstallation, xads } from './support/installation.js';

let installation: Installation;
let config: CliConfig;
let opened: Opened;
const run = (...args: readonly string[]): Promise<Ran> =>
  xads(
    () => config,
    args,
    {},
    () => installation.consumer,
  );

const last = addDays(new Date().toISOString().slice(0, 10) as Day, -4);
const older: DayRange = { from: addDays(last, -100), to: addDays(last, -61) };

beforeAll(async () => {
  installation = await startInstallation({ accounts: 2, ads: 30, days: 150, profile: 'messy' });
  ({ config, opened } = installation);
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

const status = (id: string): Promise<ConnectionStatus> => opened.importer.status(id);

/** Less than the five minutes that X's clock and ours may differ. */
const KEPT_SECONDS = 250;
/** X computes the jobs of one level until `release`. */
const keepAtX = () => installation.provoke([{ kind: 'job_slow', level: 'LINE_ITEM', seconds: KEPT_SECONDS }]);
const release = async (): Promise<void> => {
  await installation.provoke([]);
  await installation.control('PUT', 'clock', { wire_advance_seconds: KEPT_SECONDS });
};

const untilAtX = async (id: string, runs: number): Promise<ConnectionStatus> => {
  await expect
    .poll(async () => {
      const going = (await status(id)).runs.filter(({ state }) => state === 'running');
      const held = going.filter((each) => each.inFlight > 0 && each.planned + each.ready === 0 && each.landed > 0);
      return held.length === runs;
    })
    .toBe(true);
  return await status(id);
};

const schedules = async (connection: ConnectionStatus) =>
  Promise.all(
    connection.accounts.map(async ({ accountId }) => {
      const handle = opened.temporal.schedule.getHandle(dailyScheduleId(accountId));
      try {
        return (await handle.describe()).state.paused ? 'paused' : 'runs';
      } catch (error) {
        if (error instanceof ScheduleNotFoundError) return 'none';
        throw error;
      }
    }),
  );

const going = ({ runs }: ConnectionStatus) =>
  runs
    .filter(({ state }) => state === 'running')
    .map(({ runId, workflowId, inFlight }) => [runId, workflowId, inFlight]);

const doctored = async (): Promise<{ readonly status: string; readonly nextStep?: NextStep } | undefined> =>
  (
    (await run('doctor', '--json')).json() as { checks: { name: string; status: string; nextStep?: NextStep }[] }
  ).checks.find(({ name }) => name === 'connections');

const gone = (id: string) => ({ code: 'workflow_gone', nextStep: { action: 'restore', connectionId: id } });

test('when Temporal has lost its data, status and doctor say so, and restoring goes on with everything: nobody signs in again, no job is made twice, and stored = truth', async () => {
  const { importer } = installation;
  const from = addDays(last, -60);
  await installation.xads(['connect', '--json', '--name', 'Paused', '--history', 'none'], {
    browse: allowing('campaign_analyst'),
  });
  const paused = (await importer.find('Paused')).id;
  await importer.waitUntilIdle(paused);
  await importer.pause(paused, 'invoice under dispute');
  await keepAtX();
  await installation.xads(['connect', '--json', '--name', 'Acme', '--history', from], { browse: allowing() });
  const { id } = await importer.find('Acme');
  const manual = await importer.backfill(id, older);
  const before = await untilAtX(id, 2 * (await status(id)).accounts.length);

  ({ opened, config } = await installation.loseTemporal().then(({ config: moved, opened: open }) => ({
    opened: open,
    config: { ...installation.config, ...moved },
  })));
  expect(await status(id)).toMatchObject({ phase: 'active', problem: gone(id) });
  expect(await status(paused)).toMatchObject({ phase: 'paused', problem: gone(paused) });
  expect(await run('status', 'Acme')).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/anew.*restore/) as string,
  });
  expect(await doctored()).toMatchObject({ status: 'failed', nextStep: { action: 'restore' } });
  await expect(opened.importer.resume(paused)).rejects.toMatchObject({ nextStep: { action: 'restore' } });
  await expect(opened.importer.sync(id)).rejects.toMatchObject({ nextStep: { action: 'restore' } });

  // Two at once start each workflow once.
  const both = (await Promise.all([run('restore', '--json'), run('restore', '--json')])).map(
    (ran) => ran.json() as Restored,
  );
  expect(both.flatMap(({ connections }) => connections).toSorted()).toEqual([id, paused].toSorted());
  expect(both.reduce((sum, { runs }) => sum + runs, 0)).toBe(
    before.runs.filter(({ state }) => state === 'running').length,
  );
  expect((await run('restore')).stdout).toContain('nothing to restore');

  // A look at Temporal is shared for some seconds.
  await expect.poll(async () => (await status(id)).problem).toBeUndefined();
  const restored = await status(id);
  // The same runs, with the jobs that X computes for them.
  expect(going(restored)).toEqual(expect.arrayContaining(going(before)));
  await release();
  const done = await opened.importer.waitUntilIdle(id, { interval: 100 });
  expect(done.grants).toMatchObject({ backfilling: 0, blocked: 0 });
  expect(done.runs.find(({ requestId }) => requestId === manual.requestId)).toMatchObject({
    state: 'completed',
    failed: 0,
  });
  await expect.poll(() => schedules(done)).toEqual(done.accounts.map(() => 'runs'));
  expect(await status(paused)).toMatchObject({ phase: 'paused', note: 'invoice under dispute' });
  expect(repeatedJobs(await installation.requests())).toEqual([]);
  for (const range of [older, { from, to: last }]) {
    const { missing, doubled, wrong, cellsCompared } = await compareWithTruth(
      installation.db,
      installation.url,
      () => range,
    );
    expect({ missing, doubled, wrong }).toEqual({ missing: 0, doubled: 0, wrong: 0 });
    expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);
  }
  expect(await doctored()).toMatchObject({ status: 'ok' });
  // Its choice is as it was: what is left out stays.
  const { choice } = await opened.importer.choose(id, { wait: 3 });
  expect(choice).toMatchObject({ accounts: 'all', history: { kind: 'from', day: from }, wait: 3 });
});

test('a connection whose workflow somebody has terminated is told, and restored by itself', async () => {
  const { id } = await opened.importer.find('Acme');
  await opened.temporal.workflow.getHandle(connectionWorkflowId(id)).terminate('by hand');
  await expect.poll(async () => (await status(id)).problem).toMatchObject(gone(id));
  const error = { code: 'not_permitted', nextStep: { action: 'restore', connectionId: id } };
  await expect(opened.importer.pause(id, 'why')).rejects.toMatchObject(error);
  expect(await opened.importer.restore()).toEqual({ connections: [id], runs: 0, deletions: 0 });
  await opened.importer.pause(id, 'a test');
  expect(await status(id)).toMatchObject({ phase: 'paused', note: 'a test' });
  await opened.importer.resume(id);
  await opened.importer.waitUntilIdle(id);
});

test('a backup is written and restored by commands, into an empty database only, and the connections go on from it', async () => {
  using folder = throwawayFolder();
  const file = join(folder.path, 'importer.backup');
  const written = (await run('backup', file, '--json')).json() as BackedUp;
  expect(written.sealedWith).toHaveLength(1);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await run('backup', file)).toMatchObject({ code: 2 });
  const before = await opened.importer.connections();

  const empty = await createDatabase();
  installation.disposals.add(() => empty.drop());
  const moved = { ...config, databaseUrl: empty.url };
  const restore = (...args: readonly string[]) =>
    xads(
      () => moved,
      ['restore', ...args, '--json'],
      {},
      () => installation.consumer,
    );
  const refused = await restore(join(folder.path, 'elsewhere'));
  expect(refused).toMatchObject({ code: 2 });
  const ran = await restore(file);
  expect(ran).toMatchObject({ code: 0 });
  const restored = ran.json() as Restored & { readonly database: DatabaseRestored };
  const { tables, rows, sealedWith } = written;
  expect(restored.database).toMatchObject({ tables, rows, sealedWith });
  expect(restored.connections.toSorted()).toEqual(before.map(({ id }) => id).toSorted());
  expect((await xads(() => moved, ['connections', '--json'])).json()).toEqual(before);
  // Again, it is not empty any more.
  expect(await restore(file)).toMatchObject({ code: 6 });
});
