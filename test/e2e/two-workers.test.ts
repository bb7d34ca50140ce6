import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { expect, test } from 'vitest';
import type { AccountCoverage } from '../../client/shapes.js';
import { compareAccount, newComparison } from '../../local/once/compare.js';
import { freezeClock, requestReport, simulatedAccounts } from '../../local/once/simulated.js';
import { freePort } from '../../process/free-port.js';
import { withoutOurs } from '../../local/environment.js';
import { repositoryFolder } from '../../local/processes.js';
import { createPool } from '../../store/pool.js';
import { createEmptyDatabase } from '../support/database.js';
import { WAIT_MS } from '../support/until.js';
import { newNamespace, temporalAddress } from '../support/temporal.js';
import { consent } from '../x-ads/support/simulator.js';

/*
 * The parts as a user runs them one by one: `npm run` for each, Postgres in DATABASE_URL, Temporal in TEMPORAL_ADDRESS.
 */

interface Command extends AsyncDisposable {
  /** Until its output matches; the first group of the match. */
  says(what: RegExp): Promise<string>;
  /** Its standard output, when it has ended with code 0. */
  ended(): Promise<string>;
}

const npmRun = (script: string, args: readonly string[], environment: NodeJS.ProcessEnv): Command => {
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: repositoryFolder,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm, and what npm starts, end together.
    detached: true,
  });
  let stdout = '';
  let all = '';
  let code: number | null | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      all += chunk.toString();
    });
  const closed = new Promise<void>((resolve) => {
    child.once('close', (ended) => {
      code = ended;
      resolve();
    });
  });
  return {
    says: async (what) => {
      const giveUp = Date.now() + WAIT_MS;
      for (;;) {
        const match = what.exec(all);
        if (match !== null) return match[1] ?? '';
        if (code !== undefined || Date.now() > giveUp) throw new Error(`${script} did not say ${what}:\n${all}`);
        await sleep(50);
      }
    },
    ended: async () => {
      await closed;
      if (code !== 0) throw new Error(`${script} ended with ${code}:\n${all}`);
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      if (code === undefined && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      await closed;
    },
  };
};

/** Who has done the activities, by process. */
const workersOf = async (namespace: string): Promise<ReadonlySet<string>> => {
  const connection = await Connection.connect({ address: temporalAddress() });
  try {
    const client = new Client({ connection, namespace });
    const identities = new Set<string>();
    for await (const { workflowId, runId } of client.workflow.list()) {
      const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
      for (const { activityTaskStartedEventAttributes: started } of events ?? [])
        if (started?.identity) identities.add(started.identity);
    }
    return identities;
  } finally {
    await connection.close();
  }
};

test('the parts run one by one, and two workers share the work and the limits', async () => {
  const [database, namespace, callbackPort] = await Promise.all([createEmptyDatabase(), newNamespace(), freePort()]);
  const bare = withoutOurs(process.env);
  const callback = `http://127.0.0.1:${callbackPort}/oauth/callback`;
  const sizes = ['--accounts', '4', '--ads', '40', '--job-seconds', '1', '--seed', '7', '--profile', 'messy'];
  await using simulator = npmRun('simulator', ['--port', '0', '--callback', callback, ...sizes], bare);
  const said = JSON.parse(`{${await simulator.says(/^\{(.*"listening".*)\}$/m)}}`) as Record<string, string>;
  const url = said['listening'] ?? '';
  await freezeClock(url);
  const environment = {
    ...bare,
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: namespace,
    X_ADS_API_URL: url,
    X_API_URL: url,
    X_CONSUMER_KEY: said['consumer_key'],
    X_CONSUMER_SECRET: said['consumer_secret'],
    IMPORTER_KEY: randomBytes(32).toString('base64'),
    XADS_CALLBACK_PORT: `${callbackPort}`,
  };
  await npmRun('migrate', [], environment).ended();
  await using one = npmRun('worker', [], environment);
  await using other = npmRun('worker', [], environment);
  await Promise.all([one, other].map((worker) => worker.says(/"event":"(ready)"/)));

  const connecting = npmRun(
    'xads',
    ['connect', '--no-browser', '--name', 'By parts', '--watch', '--json'],
    environment,
  );
  const page = await connecting.says(/(http\S+\/oauth\/authorize\S+)/);
  expect((await fetch(await consent(page, 'all_accounts'))).status).toBe(200);
  const { connection } = JSON.parse(await connecting.ended()) as { connection: { id: string; phase: string } };
  expect(connection.phase).toBe('active');

  const coverage = JSON.parse(await npmRun('xads', ['coverage', '--json'], environment).ended()) as AccountCoverage[];
  expect(coverage).toHaveLength(4);
  await using db = createPool(database.url);
  const comparison = newComparison();
  for (const { id } of await simulatedAccounts(url)) {
    const range = coverage.find(({ accountId }) => accountId === id)?.range;
    if (range === undefined) throw new Error(`the account ${id} is not covered`);
    await compareAccount(db, url, id, range, comparison);
  }
  const { missing, doubled, wrong, examples, cellsCompared } = comparison;
  expect({ missing, doubled, wrong, examples }).toEqual({ missing: 0, doubled: 0, wrong: 0, examples: [] });
  expect(cellsCompared['PROMOTED_TWEET']).toBeGreaterThan(0);

  expect((await workersOf(namespace)).size).toBe(2);
  const { counts, limits_hit, peak_jobs_in_processing } = await requestReport(url);
  expect(counts.filter(({ status }) => status >= 400)).toEqual([]);
  expect(limits_hit).toEqual({});
  expect(peak_jobs_in_processing).toBeLessThanOrEqual(100);
});
