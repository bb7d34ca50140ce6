/**
 * The only reader of settings from the environment (`process/place.ts` reads where commands are typed, for a help that loads no
 * configuration). Each setting stands once, in the table of its concern; a process loads the
 * concerns that it needs, and gets frozen values or one error that names every mistake. No other room knows that there
 * is an environment.
 */
import { z } from 'zod';
import { CALLBACK_PORT, CONSOLE_PORT, X_ADS_API_URL, X_API_URL } from './domain/addresses.js';
import { domains, keys, mailAddress, mailAddresses, networks, origin, port, urlWith } from './process/values.js';
import { temporalSettings, type TemporalSettings } from './temporal/connect.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  /** The variable's name. */
  readonly name: string;
  readonly problem: string;
  readonly example: string;
}

/**
 * Everything that is wrong with the environment. Processes print `explainConfigError` and exit with `configExitCode`.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(`the environment is not usable: ${problems.map(({ name, problem }) => `${name} ${problem}`).join('; ')}`);
    this.problems = problems;
  }
}

export const configExitCode = 2;

type Parsed<T> = { readonly value: T } | { readonly problems: readonly ConfigProblem[] };

/** One value of the configuration, and the variables that it is read from. */
interface Setting<T> {
  readonly variables: readonly string[];
  readonly parse: (environment: Environment) => Parsed<T>;
}

type Concern = Readonly<Record<string, Setting<unknown>>>;
type Values<C extends Concern> = { readonly [K in keyof C]: C[K] extends Setting<infer T> ? T : never };

/** A setting of one variable; the example is for people who got it wrong. */
const setting = <T>(name: string, schema: z.ZodType<T>, example: string): Setting<T> => ({
  variables: [name],
  parse: (environment) => {
    const parsed = schema.safeParse(environment[name]);
    if (parsed.success) return { value: parsed.data };
    const isMissing = environment[name] === undefined;
    return {
      problems: parsed.error.issues.map(({ message }) => ({
        name,
        problem: isMissing ? 'is missing' : message,
        example,
      })),
    };
  },
});

const text = z.string();
const newKey = '$(openssl rand -base64 32)';

/** Temporal's own variables, over its configuration file, as all of Temporal's tools read them. */
const temporalSetting: Setting<TemporalSettings> = {
  variables: [
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'TEMPORAL_API_KEY',
    'TEMPORAL_TLS',
    'TEMPORAL_PROFILE',
    'TEMPORAL_CONFIG_FILE',
  ],
  parse: (environment) => {
    const { TEMPORAL_ADDRESS: address } = environment;
    if (address !== undefined && !/^[^\s/]+:\d{1,5}$/.test(address)) {
      const problem = 'must be a host and a port, without https://';
      return { problems: [{ name: 'TEMPORAL_ADDRESS', problem, example: '127.0.0.1:7233' }] };
    }
    try {
      return { value: temporalSettings(environment) };
    } catch (error) {
      const problem = `or another TEMPORAL_ variable: ${error instanceof Error ? error.message : String(error)}`;
      const example = 'the path of a TOML file with [profile.default]';
      return { problems: [{ name: 'TEMPORAL_CONFIG_FILE', problem, example }] };
    }
  },
};

const database = {
  databaseUrl: setting(
    'DATABASE_URL',
    urlWith(['postgres:', 'postgresql:'], 'a Postgres address'),
    'postgres://importer:secret@127.0.0.1:5432/importer',
  ),
};

const temporal = { temporal: temporalSetting };

const secretKeys = {
  /** Seal X's tokens in Postgres; the first seals, all open. */
  importerKeys: setting('IMPORTER_KEY', keys, `${newKey}, or file:/run/secrets/importer-key`),
  /** Encrypt what Temporal stores; the first seals, all open. Empty: payloads are readable. */
  payloadKeys: setting('PAYLOAD_KEY', keys.default([]), `${newKey}, or file:/run/secrets/payload-key`),
};

const x = {
  xAdsApiUrl: setting('X_ADS_API_URL', origin.default(X_ADS_API_URL), X_ADS_API_URL),
  xApiUrl: setting('X_API_URL', origin.default(X_API_URL), X_API_URL),
};

/** The keys of our app at X, which only workers and the doctor use. */
const app = {
  xConsumerKey: setting('X_CONSUMER_KEY', text, 'the API key of your app in the X developer portal'),
  xConsumerSecret: setting('X_CONSUMER_SECRET', text, 'the API secret of your app in the X developer portal'),
};

const notifications = {
  smtpUrl: setting(
    'SMTP_URL',
    urlWith(['smtp:', 'smtps:'], 'a mail server').optional(),
    'smtp://user:secret@mail.example.com:587',
  ),
  notifyEmailTo: setting('NOTIFY_EMAIL_TO', mailAddresses.default([]), 'ads-team@example.com, on-call@example.com'),
  notifyEmailFrom: setting('NOTIFY_EMAIL_FROM', mailAddress.optional(), 'X Ads Importer <importer@example.com>'),
  notifyWebhookUrl: setting(
    'NOTIFY_WEBHOOK_URL',
    urlWith(['https:', 'http:'], 'a web address').optional(),
    'https://hooks.example.com/x-ads-importer',
  ),
};

const hooks = {
  /** Private networks that the hooks of a workspace may lead into. (Default: none) */
  hookNetworks: setting('HOOK_NETWORKS', networks.default([]), '10.0.0.0/8,192.168.0.1'),
};

const logLevel = z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
  error: 'must be one of trace, debug, info, warn, error, fatal, silent',
});

/** What a process shows of itself. */
const observability = {
  logLevel: setting('LOG_LEVEL', logLevel.default('info'), 'info'),
  /** Undefined: metrics, health and readiness are not served. */
  metricsPort: setting('METRICS_PORT', port.optional(), '9464'),
  metricsHost: setting('METRICS_HOST', text.default('127.0.0.1'), '0.0.0.0'),
};

/** A company's provider of identities, by which people sign in. */
const oidc = {
  oidcIssuer: setting(
    'OIDC_ISSUER',
    urlWith(['https:', 'http:'], 'the address of the provider, as its own configuration names it').optional(),
    'https://login.example.com',
  ),
  oidcClientId: setting('OIDC_CLIENT_ID', text.optional(), 'what the provider calls this installation'),
  oidcClientSecret: setting(
    'OIDC_CLIENT_SECRET',
    text.optional(),
    'the secret that the provider has given out with it',
  ),
  oidcAllowedDomains: setting('OIDC_ALLOWED_DOMAINS', domains.default([]), 'example.com,example.org'),
};

/** The addresses at which browsers reach this installation. */
const http = {
  /** Of the command line's callback server on the loopback address. */
  callbackPort: setting('XADS_CALLBACK_PORT', port.default(CALLBACK_PORT), String(CALLBACK_PORT)),
  publicUrl: setting(
    'PUBLIC_URL',
    urlWith(['https:', 'http:'], 'the address at which people reach this installation').optional(),
    'https://importer.example.com',
  ),
  /** Of the server: where it listens. */
  host: setting('HOST', text.default('127.0.0.1'), '0.0.0.0'),
  port: setting('PORT', port.default(CONSOLE_PORT), String(CONSOLE_PORT)),
  /** Of the Temporal UI, for links of the console. (Default: no links) */
  temporalUiUrl: setting(
    'TEMPORAL_UI_URL',
    urlWith(['https:', 'http:'], 'the address of the Temporal UI').optional(),
    'http://127.0.0.1:8233',
  ),
  /** Whose forwarded headers the server believes. (Default: nobody's) */
  trustedProxies: setting('TRUSTED_PROXIES', networks.default([]), '10.0.0.0/8,192.168.0.1'),
};

/** An installation elsewhere, through whose API the command line works where it has no database. */
const api = {
  xadsApiUrl: setting(
    'XADS_API_URL',
    urlWith(['https:', 'http:'], 'the address of the console').optional(),
    'https://importer.example.com',
  ),
  xadsApiKey: setting('XADS_API_KEY', text.optional(), 'xads_…, from Settings → API keys in the console'),
};

const dataFolder = { dataDir: setting('DATA_DIR', text.default('.data'), '.data') };

const concerns = {
  database,
  temporal,
  secretKeys,
  x,
  app,
  notifications,
  hooks,
  oidc,
  observability,
  http,
  api,
  dataFolder,
};

/** The names of the variables of some concerns. (Default: of all) */
export const variableNames = (
  of: readonly (keyof typeof concerns)[] = Object.keys(concerns) as (keyof typeof concerns)[],
): readonly string[] =>
  of.flatMap((name) => Object.values<Setting<unknown>>(concerns[name])).flatMap((each) => each.variables);

const ofClient = { ...database, ...temporal, ...secretKeys, ...x, ...http };
const ofWorker = { ...database, ...temporal, ...secretKeys, ...x, ...app, ...observability, ...http, ...notifications };

const ofServer = {
  ...database,
  ...temporal,
  ...secretKeys,
  ...x,
  ...http,
  ...hooks,
  ...oidc,
  smtpUrl: notifications.smtpUrl,
  notifyEmailFrom: notifications.notifyEmailFrom,
  logLevel: observability.logLevel,
};

export type ClientConfig = Values<typeof ofClient>;
export type ServerConfig = Values<typeof ofServer>;
export type WorkerConfig = Values<typeof ofWorker>;

/** The variables that are set. Compose files and `.env.example` hold unset variables as empty ones. */
export const setVariables = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => (value ?? '').trim() !== ''));

const read = <C extends Concern>(concern: C, environment: Environment): Values<C> => {
  const set = setVariables(environment);
  const problems: ConfigProblem[] = [];
  const values = Object.entries(concern).map(([name, { parse }]) => {
    const parsed = parse(set);
    if ('value' in parsed) return [name, parsed.value] as const;
    problems.push(...parsed.problems);
    return [name, undefined] as const;
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(Object.fromEntries(values)) as Values<C>;
};

/** For `npm run migrate`. @throws {ConfigError} */
export const loadDatabaseConfig = (environment: Environment = process.env): Values<typeof database> =>
  read(database, environment);

/** For the command line and scripts. @throws {ConfigError} */
export const loadClientConfig = (environment: Environment = process.env): ClientConfig => read(ofClient, environment);

/**
 * How the command line reaches an installation elsewhere: undefined where it has a database of its own, or no address.
 * @throws {ConfigError}
 */
export const loadApiAccess = (
  environment: Environment = process.env,
): { readonly url: string; readonly key: string } | undefined => {
  const { xadsApiUrl: url, xadsApiKey: key } = read(api, environment);
  if (url === undefined || setVariables(environment)['DATABASE_URL'] !== undefined) return undefined;
  if (key !== undefined) return { url, key };
  const { name, example } = { name: 'XADS_API_KEY', example: 'xads_…, from Settings → API keys in the console' };
  throw new ConfigError([{ name, problem: 'is missing', example }]);
};

/** For the server. @throws {ConfigError} */
export const loadServerConfig = (environment: Environment = process.env): ServerConfig => read(ofServer, environment);

/** For the worker, and for whatever else calls X. @throws {ConfigError} */
export const loadConfig = (environment: Environment = process.env): WorkerConfig => read(ofWorker, environment);

/** For `npm start`: where it keeps data, logs and keys. @throws {ConfigError} */
export const loadDataFolder = (environment: Environment = process.env): Values<typeof dataFolder> =>
  read(dataFolder, environment);

/** For people: every mistake, with the variable's name and an example. Shows no value, which may be a secret. */
export const explainConfigError = ({ problems }: ConfigError): string =>
  [
    problems.length === 1 ? 'One setting is not usable:' : `${problems.length} settings are not usable:`,
    '',
    ...problems.map(({ name, problem, example }) => `  ${name} ${problem}\n    for example: ${name}=${example}`),
    '',
    'Set them in the environment or in the file .env; .env.example explains each.',
  ].join('\n');
