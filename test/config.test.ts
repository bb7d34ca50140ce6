import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ConfigError,
  type Environment,
  explainConfigError,
  loadClientConfig,
  loadConfig,
  loadDatabaseConfig,
  loadDataFolder,
  variableNames,
} from '../config.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const complete = {
  DATABASE_URL: 'postgres://importer:hidden-word@127.0.0.1:5432/importer',
  IMPORTER_KEY: key(1),
  X_CONSUMER_KEY: 'key',
  X_CONSUMER_SECRET: 'hidden-secret',
  TEMPORAL_CONFIG_FILE: '/no/such/file.toml',
};

const errorOf = (task: () => unknown): ConfigError => {
  try {
    task();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
};
const problemsOf = (environment: Environment): string[] =>
  errorOf(() => loadConfig(environment)).problems.map(({ name, problem }) => `${name} ${problem}`);

describe('the environment', () => {
  it('needs little, and X itself is the default', () => {
    const config = loadConfig(complete);
    expect(config).toMatchObject({
      databaseUrl: complete.DATABASE_URL,
      xAdsApiUrl: 'https://ads-api.x.com',
      xApiUrl: 'https://api.x.com',
      callbackPort: 8788,
      logLevel: 'info',
      payloadKeys: [],
      temporal: { namespace: 'default', connectionOptions: { address: '127.0.0.1:7233' } },
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names everything that is missing at once', () => {
    expect(problemsOf({ TEMPORAL_CONFIG_FILE: '/no/such/file.toml' })).toEqual([
      'DATABASE_URL is missing',
      'IMPORTER_KEY is missing',
      'X_CONSUMER_KEY is missing',
      'X_CONSUMER_SECRET is missing',
    ]);
  });

  it('names everything that is wrong at once', () => {
    const problems = problemsOf({
      ...complete,
      DATABASE_URL: 'mysql://127.0.0.1/importer',
      IMPORTER_KEY: 'c2hvcnQ=',
      X_ADS_API_URL: 'https://ads-api.x.com/12/accounts',
      X_API_URL: 'http://api.x.com',
      LOG_LEVEL: 'loud',
      METRICS_PORT: '70000',
      PORT: 'http',
      TEMPORAL_ADDRESS: 'https://127.0.0.1:7233',
    });
    expect(problems).toEqual([
      'DATABASE_URL must be a Postgres address',
      'TEMPORAL_ADDRESS must be a host and a port, without https://',
      'IMPORTER_KEY must hold keys of 32 bytes in base64; one has 5',
      'X_ADS_API_URL must not have a path',
      'X_API_URL must use https:// for X itself',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent',
      'METRICS_PORT must be a port: a whole number up to 65535',
      'PORT must be a port: a whole number up to 65535',
    ]);
  });

  it('is explained with an example each, and no value is repeated', () => {
    const explanation = explainConfigError(
      errorOf(() => loadConfig({ ...complete, IMPORTER_KEY: 'hidden-key', X_CONSUMER_KEY: '' })),
    );
    expect(explanation).toContain('2 settings are not usable');
    expect(explanation).toContain('for example: IMPORTER_KEY=$(openssl rand -base64 32)');
    expect(explanation).not.toContain('hidden');
  });

  it('takes keys as a list, from the variable and from files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'x-ads-importer-config-'));
    const file = join(folder, 'keys');
    writeFileSync(file, `${key(2)}\n${key(3)}\n`);
    const { importerKeys } = loadConfig({ ...complete, IMPORTER_KEY: `${key(1)}, file:${file}` });
    expect(importerKeys.map((found) => found[0])).toEqual([1, 2, 3]);
    rmSync(folder, { recursive: true });
    expect(problemsOf({ ...complete, IMPORTER_KEY: `file:${file}` })).toEqual([
      `IMPORTER_KEY names a file that cannot be read: file:${file}`,
    ]);
  });

  it('treats an empty variable as one that is not set', () => {
    expect(loadConfig({ ...complete, PAYLOAD_KEY: '', METRICS_PORT: ' ' })).toMatchObject({
      payloadKeys: [],
      metricsPort: undefined,
    });
    expect(loadDataFolder({ DATA_DIR: '' }).dataDir).toBe('.data');
    expect(problemsOf({ ...complete, IMPORTER_KEY: ' ' })).toEqual(['IMPORTER_KEY is missing']);
  });

  it('takes addresses for notifications as a list, and refuses what is none', () => {
    const NOTIFY_EMAIL_TO = 'ada@example.com, Grace <grace@example.com>';
    expect(loadConfig({ ...complete, NOTIFY_EMAIL_TO }).notifyEmailTo).toEqual([
      'ada@example.com',
      'Grace <grace@example.com>',
    ]);
    expect(problemsOf({ ...complete, NOTIFY_EMAIL_TO: 'ada', NOTIFY_EMAIL_FROM: 'a b' })).toEqual([
      'NOTIFY_EMAIL_TO must be mail addresses, separated by commas',
      'NOTIFY_EMAIL_FROM must be a mail address',
    ]);
  });

  it('asks each process only for what it uses', () => {
    const { DATABASE_URL, IMPORTER_KEY, TEMPORAL_CONFIG_FILE } = complete;
    expect(loadDatabaseConfig({ DATABASE_URL, TEMPORAL_CONFIG_FILE }).databaseUrl).toBe(DATABASE_URL);
    expect(loadClientConfig({ DATABASE_URL, IMPORTER_KEY, TEMPORAL_CONFIG_FILE }).callbackPort).toBe(8788);
    expect(loadDataFolder({})).toEqual({ dataDir: '.data' });
  });

  it('checks what the HTTP API will need', () => {
    const { port, trustedProxies, publicUrl } = loadConfig({ ...complete, TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2' });
    expect({ port, trustedProxies, publicUrl }).toEqual({ port: 8080, trustedProxies: ['10.0.0.1', '10.0.0.2'] });
    expect(problemsOf({ ...complete, PUBLIC_URL: 'importer.example.com' })).toEqual([
      'PUBLIC_URL must be the address at which people reach this installation',
    ]);
  });

  it('reads variables that .env.example explains, and no others', () => {
    const explained = readFileSync(new URL('../.env.example', import.meta.url), 'utf8').matchAll(/^([A-Z_]+)=/gm);
    const names = new Set([...explained].map(([, name]) => name));
    // Temporal's tools know more variables than an example needs.
    expect(variableNames().filter((name) => !names.has(name) && !name.startsWith('TEMPORAL_'))).toEqual([]);
    expect(new Set(variableNames()).size).toBe(variableNames().length);
  });
});
