import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccountSummary, AccountCoverage, ConnectionStatus, ConnectionSummary } from '../../client/shapes.js';
import { control } from '../support/simulator.js';
import { allowing, type Installation, startInstallation } from '../client/support/installation.js';

let installation: Installation;
let id = '';

beforeAll(async () => {
  installation = await startInstallation({ accounts: 2, ads: 5, days: 40 });
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
});

const faults = (...given: readonly Readonly<Record<string, unknown>>[]): Promise<unknown> =>
  control({ url: installation.simulatorUrl }, 'PUT', 'faults', given);

test('a person connects from the terminal, and a month of both accounts is imported while they watch', async () => {
  let page = '';
  const ran = await installation.xads(
    ['connect', '--json', '--name', 'Acme', '--accounts', 'all', '--history', '30', '--watch'],
    {
      browse: async (url) => {
        page = await allowing()(url);
      },
    },
  );
  expect(ran.stderr).toContain(`${installation.simulatorUrl}/oauth/authorize?oauth_token=`);
  expect(page).toContain('Signed in');
  expect(ran).toMatchObject({ code: 0 });
  const { connection, accounts, choice } = ran.json() as {
    connection: ConnectionSummary;
    accounts: AccountSummary[];
    choice: unknown;
  };
  ({ id } = connection);
  expect(connection).toMatchObject({ displayName: 'Acme', phase: 'active', grants: { total: 2, upToDate: 2 } });
  expect(choice).toEqual({
    accounts: 'all',
    history: { kind: 'days', days: 30 },
    wait: 1,
    dailyAt: '10:00',
    lookBack: 30,
  });
  expect(accounts).toHaveLength(2);
});

test('status, connections, accounts and coverage tell where it stands, for people and for programs', async () => {
  const status = await installation.xads(['status', id.slice(0, 8), '--json']);
  expect(status).toMatchObject({ code: 0 });
  expect(status.json() as ConnectionStatus).toMatchObject({ id, phase: 'active', progress: { fraction: 1 } });
  expect((status.json() as ConnectionStatus).runs.every((run) => run.landed > 0 && run.failed === 0)).toBe(true);
  expect((await installation.xads(['status'])).stdout).toContain('Acme');
  expect((await installation.xads(['connections'])).stdout).toMatch(/Acme\s+@all_accounts\s+Up to date/);
  expect((await installation.xads(['accounts'])).stdout).toContain('up to date');
  const coverage = (await installation.xads(['coverage', '--json'])).json() as AccountCoverage[];
  expect(coverage.map(({ complete }) => complete)).toEqual([true, true]);
  const lacking = await installation.xads(['coverage', '--json', '--from', '2026-01-01', '--to', '2026-01-02']);
  expect(lacking.code).toBe(7);
  const year = lacking.json();
  expect(year).toMatchObject([{ complete: false }, { complete: false }]);
  expect((year as AccountCoverage[])[0]?.days[0]).toMatchObject({ status: 'missing', reason: expect.any(String) });
  expect((await installation.xads(['coverage'])).stdout).toContain('█');
});

test('control characters in a name reach no terminal, and JSON gives the very name', async () => {
  const { importer } = installation.opened;
  const hostile = 'Acme\u001b[2J\n✓ forged\u009b\u202e';
  await importer.rename(id, hostile);
  await importer.pause(id, hostile);
  for (const command of ['connections', 'status', 'accounts', 'coverage', 'doctor', 'resume']) {
    const { stdout, stderr } = await installation.xads([command]);
    expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|^✓ forged|\u202e/mu);
  }
  const shown = await installation.xads(['connections']);
  expect(shown.stdout).toContain('Acme␛[2J␊✓ forged');
  const json = await installation.xads(['connections', '--json']);
  expect(json.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  expect((json.json() as ConnectionSummary[])[0]?.displayName).toBe(hostile);
  await importer.rename(id, 'Acme');
});

test('a range is imported again beside everything else', async () => {
  const coverage = await installation.xads(['coverage', '--json']);
  const [account] = coverage.json() as AccountCoverage[];
  const to = account?.range.to ?? '';
  const args = ['backfill', '--from', to, '--to', to, '--account', account?.accountId ?? '', '--refetch'];
  const ran = await installation.xads([...args, '--watch', '--json']);
  expect(ran).toMatchObject({ code: 0 });
  expect((ran.json() as { workflowIds: string[] }).workflowIds).toHaveLength(1);
});

test('a backfill that is watched ends with 3 when X refuses the credential meanwhile', async () => {
  const coverage = (await installation.xads(['coverage', '--json'])).json() as AccountCoverage[];
  const to = coverage[0]?.range.to ?? '';
  await faults({ kind: 'token_revoked', times: 1 });
  const ran = await installation.xads(['backfill', '--from', to, '--to', to, '--refetch', '--watch', '--json']);
  expect(ran).toMatchObject({ code: 3 });
  expect(ran.json()).toMatchObject({ error: { code: 'needs_person', nextStep: { action: 'reconnect' } } });
  await faults();
  await expect.poll(async () => (await installation.xads(['connections'])).stdout).toContain('Needs you');
  expect(await installation.xads(['reconnect', '--json'], { browse: allowing() })).toMatchObject({ code: 0 });
});

test('X that gives no sign-in page is told as the reason, and the connection that began does not count', async () => {
  const refused = async (args: readonly string[], why: string): Promise<void> => {
    const ran = await installation.xads(['connect', ...args, '--json']);
    const message = expect.stringContaining(
      `X does not sign anybody in now: POST /oauth/request_token: ${why}`,
    ) as string;
    expect(ran.json()).toMatchObject({ error: { code: 'unreachable', message, nextStep: { action: 'doctor' } } });
    expect(ran.code).toBe(5);
  };
  const path = '/oauth/request_token';
  await faults({ kind: 'connection_reset', path });
  await refused(['--name', 'Third'], 'no answer');
  await faults({ kind: 'status_503', seconds: 3_600, path });
  await refused(['--connection', 'Third'], 'HTTP 503');
  expect((await installation.xads(['status', '--json'])).json()).toMatchObject({ id });
  await faults();
  expect(await installation.xads(['disconnect', 'Third'])).toMatchObject({ code: 0 });
});

test('a name that is taken is asked about, and a first day that cannot be is refused where it is typed', async () => {
  const typed = ['Acme', '', 'all', '2999-01-01', '2020-01-01', '30', '1'];
  const ran = await installation.xads(['connect', '--name', 'Acme'], {
    interactive: true,
    types: typed.map((line) => `${line}\n`).join(''),
  });
  expect(ran.stderr).toContain(`There is a connection Acme already (${id.slice(0, 8)} as @all_accounts).`);
  expect(ran.stderr).toContain('There is a connection Acme, too.');
  expect(ran.stderr).toMatch(/2999-01-01, in the future[^]*2020-01-01: it reaches back one year at most/);
  expect(ran).toMatchObject({ code: 0 });
  expect((await installation.xads(['connections', '--json'])).json()).toMatchObject([{ id, phase: 'active' }]);
});

test('signing in again in place leaves an active connection active', async () => {
  const ran = await installation.xads(['reconnect', '--json'], { browse: allowing() });
  expect(ran).toMatchObject({ code: 0 });
  expect(ran.json()).toMatchObject({ id, phase: 'active', grants: { total: 2 } });
});

test('ranges that cannot be imported are refused with the sentence that says why', async () => {
  for (const [from, to, why] of [
    ['2026-01-31', '2026-01-01', 'reversed'],
    ['2026-02-30', '2026-03-01', 'not a day of the calendar'],
    ['2999-01-01', '2999-01-02', 'in the future'],
    ['2023-01-01', '2026-01-01', 'more than a year'],
  ] as const) {
    const ran = await installation.xads(['backfill', '--from', from, '--to', to]);
    expect(ran.stderr).toContain(why);
    expect(ran.code).toBe(2);
  }
});

test('a paused connection refuses to import, says why, and goes on when resumed', async () => {
  const paused = await installation.xads(['pause', '--note', 'a test', '--json']);
  expect(paused.json()).toMatchObject({ phase: 'paused' });
  const refused = await installation.xads(['backfill', '--from', '2026-01-01', '--to', '2026-01-02', '--json']);
  expect(refused.code).toBe(6);
  expect((refused.json() as { error: { code: string; message: string } }).error).toMatchObject({
    code: 'not_permitted',
    message: 'The connection is paused; resume it first.',
  });
  expect((await installation.xads(['status', '--json'])).json()).toMatchObject({ phase: 'paused', note: 'a test' });
  expect((await installation.xads(['status'])).stdout).toContain('Paused: a test');
  const resumed = await installation.xads(['resume', '--json']);
  expect(resumed.json()).toMatchObject({ phase: 'active' });
  expect(resumed.json()).not.toHaveProperty('note');
});

test('what does not exist is not found, with the command that lists what does', async () => {
  const ran = await installation.xads(['status', 'ffffffff']);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain('xads connections');
});

test('the doctor finds everything in order', async () => {
  const ran = await installation.xads(['doctor', '--json']);
  expect(
    (ran.json() as { checks: unknown[] }).checks.filter((check) => (check as { status: string }).status === 'failed'),
  ).toEqual([]);
  expect(ran.code).toBe(0);
});

test('a denied sign-in ends with the step that cures it, and a second try makes the same connection whole', async () => {
  const denied = await installation.xads(['connect', '--name', 'Second', '--json'], {
    browse: async (url) => {
      const token = new URL(url).searchParams.get('oauth_token') ?? '';
      return fetch(`${installation.callbackUrl}?denied=${token}`);
    },
  });
  expect(denied.code).toBe(3);
  expect((denied.json() as { error: { code: string } }).error.code).toBe('sign_in_failed');
  const second = await installation.xads(
    ['connect', '--connection', 'Second', '--json', '--history', 'none', '--privacy', 'private'],
    { browse: allowing() },
  );
  expect(second).toMatchObject({ code: 0 });
  const { connection } = second.json() as { connection: ConnectionSummary };
  expect(connection).toMatchObject({ displayName: 'Second', phase: 'active' });
  const both = await installation.xads(['status', '--json']);
  expect(both.json()).toMatchObject([{ id: connection.id }, { id }]);
  expect((await installation.xads(['status'])).stdout).toMatch(/^Second[^]*\n\nAcme/);
  const ended = await installation.xads(['disconnect', connection.id, '--json']);
  expect((ended.json() as ConnectionSummary).phase).toBe('disconnected');
  expect((await installation.xads(['status', 'Second'])).code).toBe(4);
  // The credential is shared: the first connection works on.
  expect((await installation.xads(['doctor'])).code).toBe(0);
});

test('disconnecting ends it, twice is no mistake, and its data is deleted for those who say so, then or later', async () => {
  expect((await installation.xads(['disconnect', id, '--delete-data'])).code).toBe(2);
  expect((await installation.xads(['disconnect', id])).code).toBe(0);
  expect((await installation.xads(['disconnect', id])).code).toBe(0);
  expect((await installation.xads(['status'])).code).toBe(4);
  const { db } = installation.opened;
  const facts = async () => (await db.query<{ n: number }>('select count(*) as n from importer.facts')).rows[0]?.n ?? 0;
  expect(await facts()).toBeGreaterThan(0);
  const deleted = await installation.xads(['disconnect', id, '--delete-data', '--yes', '--json']);
  expect(deleted).toMatchObject({ code: 0 });
  expect((deleted.json() as ConnectionSummary).deletion).toMatchObject({
    accountsLeft: 0,
    endedAt: expect.any(String),
  });
  expect(await facts()).toBe(0);
  const nothing = await installation.xads(['disconnect', id, '--delete-data', '--yes']);
  expect(nothing.stdout).toContain('0 rows are deleted');
  expect((await installation.xads(['backfill', id, '--from', '2026-01-01', '--to', '2026-01-02'])).code).toBe(6);
});
