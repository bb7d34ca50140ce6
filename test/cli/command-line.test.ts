import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  parseAccounts,
  parseHistory,
  parseLookBack,
  parsePrivacy,
  parseWait,
  pickAccounts,
} from '../../cli/parse-options.js';
import type { CliConfig } from '../../cli/io.js';
import { InvalidConfiguration } from '../../client/errors.js';
import type { NextStep } from '../../domain/next-step.js';
import type { AccountSummary } from '../../client/shapes.js';
import { createDatabase, createEmptyDatabase } from '../support/database.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import { createPool } from '../../store/pool.js';
import { freePort, type Person, xads } from '../client/support/installation.js';

const never = (): never => {
  throw new InvalidConfiguration('2 settings are not usable: …');
};

const configFor = async (databaseUrl: string): Promise<CliConfig> => ({
  databaseUrl,
  temporal: { connectionOptions: { address: `127.0.0.1:${await freePort()}` }, namespace: 'default' },
  importerKeys: [randomBytes(32)],
  payloadKeys: [],
  xAdsApiUrl: 'http://127.0.0.1:1',
  xApiUrl: 'http://127.0.0.1:1',
  callbackPort: await freePort(),
});

interface Refused {
  readonly error: { readonly code: string; readonly message: string; readonly nextStep?: NextStep };
}

describe('wrong usage ends with 2 before anything is tried', () => {
  test.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['backfill', '--from', '2026-01-01'], "required option '--to <day>' not specified"],
    [['status', '--nope'], "unknown option '--nope'"],
    [['connect', '--history', '20'], 'The history "20" is not known.'],
    [['connect', '--wait', '2'], 'The wait "2" is not known.'],
    [['connect', '--look-back', 'ever'], 'The look-back "ever" is not known.'],
    [['connect', '--look-back', '31'], 'give whole days from 0 (import each day once) to 30'],
    [['connect', '--privacy', 'secret'], 'The privacy "secret" is not known.'],
  ])('%j', async (args, message) => {
    const ran = await xads(never, args);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(message);
    const json = await xads(never, [...args, '--json']);
    expect(json.code).toBe(2);
    expect((json.json() as Refused).error.message).toContain(message);
  });

  test('a wrong environment, too', async () => {
    const ran = await xads(never, ['status', '--json']);
    expect(ran.code).toBe(2);
    expect((ran.json() as Refused).error.code).toBe('invalid_configuration');
  });

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await xads(never, ['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  test('help is no mistake, and documents the exit codes with examples', async () => {
    const help = await xads(never, ['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Exit codes:');
    for (const command of [
      'connect',
      'accounts',
      'connections',
      'status',
      'backfill',
      'reconnect',
      'pause',
      'resume',
      'disconnect',
      'coverage',
      'doctor',
    ]) {
      const ran = await xads(never, [command, '--help']);
      expect(ran.code).toBe(0);
      expect(ran.stdout).toContain(`$ xads ${command}`);
      expect(ran.stdout).toContain('--json');
    }
  });
});

describe('what cannot be reached is told in one sentence, without a stack', () => {
  test('Postgres', async () => {
    const config = await configFor(`postgres://someone:secret@127.0.0.1:${await freePort()}/importer`);
    const ran = await xads(() => config, ['status', '--json']);
    expect(ran.code).toBe(5);
    expect((ran.json() as Refused).error).toMatchObject({
      code: 'unreachable',
      nextStep: { action: 'check_configuration', text: expect.stringContaining('DATABASE_URL') as string },
    });
    expect(ran.stderr).not.toContain('secret');
    expect(ran.stderr.trim().split('\n')).toHaveLength(2);
  });

  test('Temporal, which commands that only read do not need', async () => {
    const database = await createDatabase();
    const config = await configFor(database.url);
    const read = await xads(() => config, ['connections', '--json']);
    expect([read.code, read.json() as unknown[]]).toEqual([0, []]);
    const ran = await xads(() => config, ['connect', '--json']);
    expect(ran.code).toBe(5);
    expect((ran.json() as Refused).error).toMatchObject({
      message: 'Temporal cannot be reached.',
      nextStep: { action: 'check_configuration', text: expect.stringContaining('TEMPORAL_ADDRESS') as string },
    });
    const doctor = await xads(() => config, ['doctor', '--json']);
    expect(doctor.code).toBe(5);
    await database.drop();
  });

  test('a database without our schema, with the command that makes it', async () => {
    const database = await createEmptyDatabase();
    const config = await configFor(database.url);
    const ran = await xads(() => config, ['status']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('xads-migrate');
    await database.drop();
  });

  test('no connection yet, with the command that makes one', async () => {
    const database = await createDatabase();
    const config = await configFor(database.url);
    const ran = await xads(() => config, ['status']);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain('xads connect');
    await database.drop();
  });
});

test('admin link prints the link of the first owner, at the address by which people reach the console', async () => {
  const database = await createDatabase();
  const config = { ...(await configFor(database.url)), publicUrl: 'https://importer.example.com' };
  const ran = await xads(() => config, ['admin', 'link', '--json']);
  expect([ran.code, ran.json()]).toMatchObject([0, { kind: 'first_person' }]);
  expect(ran.stdout).toMatch(/"https:\/\/importer\.example\.com\/link\/[\w-]{43}"/);
  await database.drop();
});

test('admin deletes people and workspaces only where their name is typed again', async () => {
  const database = await createDatabase();
  const config = await configFor(database.url);
  const db = createPool(database.url);
  await db.query(`insert into app.people (name, email) values ('Ana', 'ana@example.com'), ('Bea', 'bea@example.com')`);
  await db.query(`insert into app.memberships (workspace_id, person_id, role) select $1, id, 'owner' from app.people`, [
    DEFAULT_WORKSPACE,
  ]);
  await db.query(`insert into app.workspaces (name) values ('Agency')`);
  const left = async (table: 'people' | 'workspaces') =>
    (await db.query<{ name: string }>(`select name from app.${table} order by name`)).rows.map(({ name }) => name);
  const admin = async (args: readonly string[], person: Person) =>
    (await xads(() => config, ['admin', ...args], person)).code;
  const person = ['delete-person', 'bea@example.com'];
  const workspace = ['delete-workspace', 'Agency'];
  for (const args of [person, workspace]) {
    expect(await admin(args, {})).toBe(2);
    expect(await admin(args, { interactive: true, types: 'something else\n' })).toBe(2);
  }
  expect([await left('people'), (await left('workspaces')).includes('Agency')]).toEqual([['Ana', 'Bea'], true]);
  expect(await admin(person, { interactive: true, types: 'bea@example.com\n' })).toBe(0);
  expect(await admin(workspace, { interactive: true, types: 'Agency\n' })).toBe(0);
  expect([await left('people'), (await left('workspaces')).includes('Agency')]).toEqual([['Ana'], false]);
  await db.end();
  await database.drop();
});

const account = (id: string, selectable = true): AccountSummary => ({
  id,
  name: id.toUpperCase(),
  timezone: 'UTC',
  currencies: ['EUR'],
  approvalStatus: 'ACCEPTED',
  permissions: [],
  selectable,
  ...(selectable ? {} : { reason: 'Your role cannot read.' }),
});

describe('choices', () => {
  const listed = [account('a1'), account('b2', false), account('c3')];

  test('history, wait, look-back, privacy and accounts are read as they are documented', () => {
    expect(parseHistory('none')).toEqual({ kind: 'none' });
    expect(parseHistory('90')).toEqual({ kind: 'days', days: 90 });
    expect(parseHistory('2026-02-28')).toEqual({ kind: 'from', day: '2026-02-28' });
    expect(() => parseHistory('2026-02-30')).toThrow('not known');
    expect([parseWait('1'), parseWait('3')]).toEqual([1, 3]);
    expect([parseLookBack('0'), parseLookBack(' 30 ')]).toEqual([0, 30]);
    expect(() => parseLookBack('-1')).toThrow('not known');
    expect(parsePrivacy('private')).toBe('private');
    expect(parseAccounts('ALL')).toBe('all');
    expect(parseAccounts('a1, B2,a1')).toEqual(['a1', 'b2']);
    expect(() => parseAccounts(' , ')).toThrow('No account');
  });

  test('a person picks by number, by id, or everything', () => {
    expect(pickAccounts('', listed)).toBe('all');
    expect(pickAccounts('1, c3', listed)).toEqual(['a1', 'c3']);
    expect(() => pickAccounts('2', listed)).toThrow('B2 cannot be chosen. Your role cannot read.');
    expect(() => pickAccounts('9', listed)).toThrow('no account 9');
  });
});
