import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { temporalSettings, type TemporalSettings } from './temporal/connect.js';

/*
 * The only reader of the environment. Each process asks for its own part, gets frozen values or one error that names
 * every mistake at once, and hands the values on: no other room knows that there is an environment.
 */

export interface DatabaseConfig {
  readonly databaseUrl: string;
  readonly logLevel: LogLevel;
}

export interface ClientConfig extends DatabaseConfig {
  readonly temporal: TemporalSettings;
  /** Encrypt what Temporal stores; the first seals, all open. Empty: payloads are readable. */
  readonly payloadKeys: readonly Buffer[];
  /** Seal X's tokens in Postgres; the first seals, all open. */
  readonly importerKeys: readonly Buffer[];
  readonly xAdsApiUrl: string;
  readonly xApiUrl: string;
  /** The command line's loopback callback; X matches callbacks exactly. */
  readonly callbackPort: number;
  readonly publicUrl: string | undefined;
}

export interface WorkerConfig extends ClientConfig {
  readonly xConsumerKey: string;
  readonly xConsumerSecret: string;
  readonly metricsPort: number | undefined;
  readonly metricsHost: string;
  readonly smtpUrl: string | undefined;
  readonly notifyEmailTo: readonly string[];
  readonly notifyEmailFrom: string | undefined;
  readonly notifyWebhookUrl: string | undefined;
}

export interface ServerConfig extends WorkerConfig {
  readonly port: number;
  readonly trustedProxies: readonly string[];
}

export type LogLevel = z.infer<typeof logLevel>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  readonly name: string;
  readonly problem: string;
  readonly example: string;
}

/** What is wrong with the environment, all of it. Processes print `explainConfigError` and exit with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`the environment is not usable: ${problems.map(({ name, problem }) => `${name} ${problem}`).join('; ')}`);
    this.problems = problems;
  }
}

export const configExitCode = 2;

const keyBytes = 32;
const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
  error: 'must be one of trace, debug, info, warn, error, fatal, silent',
});

const urlWith = (protocols: readonly string[], meaning: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be ${meaning}`,
  });

/** An address without a path: paths are X's, and ours to add. */
const origin = urlWith(['http:', 'https:'], 'an address that begins with https:// (or http:// for a simulator)')
  .refine((text) => !URL.canParse(text) || ['', '/'].includes(new URL(text).pathname), {
    error: 'must not have a path',
  })
  .refine((text) => !URL.canParse(text) || !isPlainX(new URL(text)), { error: 'must use https:// for X itself' })
  .transform((text) => new URL(text).origin);

const isPlainX = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /(^|\.)(x|twitter|twimg)\.com$/.test(hostname);

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port: a whole number up to 65535' })
  .transform(Number)
  .refine((number) => number <= 65_535, { error: 'must be a port: a whole number up to 65535' });

/** Just enough to tell an address from a slip of the pen; whether mail arrives, only the mail server knows. */
const isMailAddress = (text: string): boolean => /^([^<>,]*<)?[^\s<>@,]+@[^\s<>@,]+>?$/.test(text);
const mailAddress = z.string().refine(isMailAddress, { error: 'must be a mail address' });

/** Base64 keys, or `file:` and a path, separated by commas. A file may hold several, one a line. */
const keys = z.string().transform((text, context) => {
  const found: Buffer[] = [];
  for (const entry of text.split(',').map((part) => part.trim())) {
    for (const encoded of entry.startsWith('file:') ? linesOf(entry.slice('file:'.length)) : [entry]) {
      const key = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
      if (key?.length === keyBytes) found.push(key);
      else if (key === undefined)
        context.addIssue({ code: 'custom', message: `names a file that cannot be read: ${entry}` });
      else
        context.addIssue({
          code: 'custom',
          message: `must hold keys of ${keyBytes} bytes in base64; one has ${key.length}`,
        });
    }
  }
  return found;
});

const linesOf = (path: string): readonly (string | undefined)[] => {
  try {
    const lines = readFileSync(path, 'utf8')
      .split(/\s+/)
      .filter((line) => line !== '');
    return lines.length === 0 ? [''] : lines;
  } catch {
    return [undefined];
  }
};

const text = z.string();
const list = z.string().transform((entries) => entries.split(',').map((entry) => entry.trim()));
const mailAddresses = list.refine((entries) => entries.every(isMailAddress), {
  error: 'must be mail addresses, separated by commas',
});

const database = z.object({
  DATABASE_URL: urlWith(['postgres:', 'postgresql:'], 'a Postgres address'),
  LOG_LEVEL: logLevel.default('info'),
});
const client = database.extend({
  IMPORTER_KEY: keys,
  PAYLOAD_KEY: keys.default([]),
  X_ADS_API_URL: origin.default('https://ads-api.x.com'),
  X_API_URL: origin.default('https://api.x.com'),
  XADS_CALLBACK_PORT: port.default(8788),
  PUBLIC_URL: urlWith(['https:', 'http:'], 'the address at which people reach this installation').optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d{1,5}$/, { error: 'must be a host and a port, without https://' })
    .optional(),
});
const worker = client.extend({
  X_CONSUMER_KEY: text,
  X_CONSUMER_SECRET: text,
  METRICS_PORT: port.optional(),
  METRICS_HOST: text.default('127.0.0.1'),
  SMTP_URL: urlWith(['smtp:', 'smtps:'], 'a mail server').optional(),
  NOTIFY_EMAIL_TO: mailAddresses.default([]),
  NOTIFY_EMAIL_FROM: mailAddress.optional(),
  NOTIFY_WEBHOOK_URL: urlWith(['https:', 'http:'], 'a web address').optional(),
});
const server = worker.extend({ PORT: port.default(8080), TRUSTED_PROXIES: list.default([]) });

const newKey = '$(openssl rand -base64 32)';
const examples: Readonly<Record<keyof z.input<typeof server>, string>> = {
  DATABASE_URL: 'postgres://importer:secret@127.0.0.1:5432/importer',
  LOG_LEVEL: 'info',
  IMPORTER_KEY: `${newKey}, or file:/run/secrets/importer-key`,
  PAYLOAD_KEY: `${newKey}, or file:/run/secrets/payload-key`,
  X_ADS_API_URL: 'https://ads-api.x.com',
  X_API_URL: 'https://api.x.com',
  XADS_CALLBACK_PORT: '8788',
  PUBLIC_URL: 'https://importer.example.com',
  TEMPORAL_ADDRESS: '127.0.0.1:7233',
  X_CONSUMER_KEY: 'the API key of your app in the X developer portal',
  X_CONSUMER_SECRET: 'the API secret of your app in the X developer portal',
  METRICS_PORT: '9464',
  METRICS_HOST: '0.0.0.0',
  SMTP_URL: 'smtp://user:secret@mail.example.com:587',
  NOTIFY_EMAIL_TO: 'ads-team@example.com, on-call@example.com',
  NOTIFY_EMAIL_FROM: 'X Ads Importer <importer@example.com>',
  NOTIFY_WEBHOOK_URL: 'https://hooks.example.com/x-ads-importer',
  PORT: '8080',
  TRUSTED_PROXIES: '10.0.0.0/8,192.168.0.1',
};

/** For `npm run migrate`, which needs the database only. */
export const loadDatabaseConfig = (environment: Environment = process.env): DatabaseConfig => {
  const { values } = read(database, environment);
  return Object.freeze({ databaseUrl: values.DATABASE_URL, logLevel: values.LOG_LEVEL });
};

/** For the command line and scripts: no X credentials, which only workers use. */
export const loadClientConfig = (environment: Environment = process.env): ClientConfig =>
  Object.freeze(clientPart(read(client, environment)));

/** For the worker. */
export const loadConfig = (environment: Environment = process.env): WorkerConfig =>
  Object.freeze(workerPart(read(worker, environment)));

export const loadServerConfig = (environment: Environment = process.env): ServerConfig => {
  const found = read(server, environment);
  return Object.freeze({ ...workerPart(found), port: found.values.PORT, trustedProxies: found.values.TRUSTED_PROXIES });
};

interface Found<T> {
  readonly values: T;
  readonly temporal: TemporalSettings;
}

const clientPart = ({ values, temporal }: Found<z.output<typeof client>>): ClientConfig => ({
  databaseUrl: values.DATABASE_URL,
  logLevel: values.LOG_LEVEL,
  temporal,
  payloadKeys: values.PAYLOAD_KEY,
  importerKeys: values.IMPORTER_KEY,
  xAdsApiUrl: values.X_ADS_API_URL,
  xApiUrl: values.X_API_URL,
  callbackPort: values.XADS_CALLBACK_PORT,
  publicUrl: values.PUBLIC_URL,
});

const workerPart = (found: Found<z.output<typeof worker>>): WorkerConfig => ({
  ...clientPart(found),
  xConsumerKey: found.values.X_CONSUMER_KEY,
  xConsumerSecret: found.values.X_CONSUMER_SECRET,
  metricsPort: found.values.METRICS_PORT,
  metricsHost: found.values.METRICS_HOST,
  smtpUrl: found.values.SMTP_URL,
  notifyEmailTo: found.values.NOTIFY_EMAIL_TO,
  notifyEmailFrom: found.values.NOTIFY_EMAIL_FROM,
  notifyWebhookUrl: found.values.NOTIFY_WEBHOOK_URL,
});

const read = <S extends z.ZodObject>(schema: S, environment: Environment): Found<z.output<S>> => {
  // Compose files pass unset variables on as empty ones.
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(set);
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => problemOf(issue, set));
  const temporal = attempt(() => temporalSettings(set));
  if (temporal instanceof Error) {
    const example = 'the path of a TOML file with [profile.default]';
    problems.push({
      name: 'TEMPORAL_CONFIG_FILE',
      problem: `or another TEMPORAL_ variable: ${temporal.message}`,
      example,
    });
  }
  if (!parsed.success || temporal instanceof Error) throw new ConfigError(problems);
  return { values: parsed.data, temporal };
};

const problemOf = ({ path, message }: z.core.$ZodIssue, set: Environment): ConfigProblem => {
  const name = String(path[0]);
  return {
    name,
    problem: set[name] === undefined ? 'is missing' : message,
    example: Object.entries(examples).find(([known]) => known === name)?.[1] ?? '',
  };
};

const attempt = <T>(task: () => T): T | Error => {
  try {
    return task();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** For people: every mistake with the variable's name and an example. Never shows a value, which may be a secret. */
export const explainConfigError = ({ problems }: ConfigError): string =>
  [
    problems.length === 1 ? 'One setting is not usable:' : `${problems.length} settings are not usable:`,
    '',
    ...problems.map(({ name, problem, example }) => `  ${name} ${problem}\n    for example: ${name}=${example}`),
    '',
    'Set them in the environment or in the file .env; .env.example explains each.',
  ].join('\n');
