#!/usr/bin/env node
/** The server process: the API and the console, until a signal ends it. */
import { fileURLToPath } from 'node:url';
import { createSharedReads } from '../client/context.js';
import { createImporter } from '../client/importer.js';
import { openWith } from '../client/open.js';
import { InvalidConfiguration, Unreachable } from '../client/errors.js';
import { ConfigError, configExitCode, explainConfigError, loadServerConfig, type ServerConfig } from '../config.js';
import type { MailServer } from '../delivery/mail.js';
import { consoleAddress, consoleCallback } from '../domain/addresses.js';
import { createLogger } from '../process/logger.js';
import { ownCommand } from '../process/own-command.js';
import { redactText } from '../process/redact.js';
import { retryAtStart } from '../process/retry-at-start.js';
import { createSealer } from '../store/secrets.js';
import { buildApp } from './app.js';
import { createAuth } from './auth.js';
import { watchWorkspaces } from './notifications/watch.js';
import type { ServerOptions } from './options.js';
import { createOidc, type Oidc } from './oidc.js';
import { simulatorOf } from './simulated-x.js';

const SESSIONS = 10;

/** Beside the compiled server; of the sources, what `npm run build` has made of them. */
const consoleFolder = fileURLToPath(
  new URL(import.meta.url.includes('/dist/server/') ? '../console' : '../dist/console', import.meta.url),
);

ownCommand(
  'server',
  'Serves the console and its API until a signal ends it. The environment is explained in .env.example.',
).parse();

const mailOf = ({ smtpUrl, notifyEmailFrom: from }: ServerConfig, hostname: string): MailServer | undefined =>
  smtpUrl === undefined ? undefined : { smtpUrl, from: from ?? `X Ads Importer <x-ads-importer@${hostname}>` };

/** All of it, or none: a provider without allowed domains would let nobody in. */
const oidcOf = (config: ServerConfig): Oidc | undefined => {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  const { oidcAllowedDomains: allowedDomains } = config;
  if (issuer === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined || allowedDomains.length === 0)
    throw new InvalidConfiguration(
      'OIDC_ISSUER is set: OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ALLOWED_DOMAINS are needed with it.',
    );
  const { protocol, hostname } = new URL(issuer);
  const isHere = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  return createOidc({ issuer, clientId, clientSecret, allowedDomains, allowHttp: isHere });
};

const serve = async (): Promise<void> => {
  const config = loadServerConfig();
  const log = createLogger(config.logLevel);
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

  const { host, port, xApiUrl, trustedProxies } = config;
  const publicUrl = new URL(config.publicUrl ?? consoleAddress(port)).origin;
  const opened = await retryAtStart({
    attempt: () => openWith({ ...config }, { sessions: SESSIONS }),
    mayPass: (error) => error instanceof Unreachable,
    onFailure: (error, nextInMs) => log.warn({ reason: String(error), nextInMs }, 'Postgres; trying again'),
    signal: stop.signal,
  });
  if (opened === undefined) return;
  const { db, temporal, importer } = opened;
  const sealer = createSealer(config.importerKeys);
  const callbackUrl = consoleCallback(publicUrl);
  const shared = createSharedReads();
  const delivery = { sealer, mail: mailOf(config, new URL(publicUrl).hostname), hookNetworks: config.hookNetworks };
  const importerFor: ServerOptions['importerFor'] = (viewer, actor) =>
    createImporter({ db, sealer, temporal, xApiUrl, callbackUrl, shared, viewer, actor });
  const app = await buildApp({
    db,
    importerFor,
    auth: createAuth({ db, publicUrl, importerKeys: config.importerKeys }),
    ...delivery,
    oidc: oidcOf(config),
    publicUrl,
    trustedProxies,
    consoleFolder,
    xApiUrl,
    simulator: simulatorOf(config.xAdsApiUrl),
    temporalUi:
      config.temporalUiUrl === undefined
        ? undefined
        : { url: config.temporalUiUrl.replace(/\/$/, ''), namespace: config.temporal.namespace },
    logger: log,
  });
  const address = await app.listen({ host, port });
  process.stdout.write(`${JSON.stringify({ listening: address, publicUrl })}\n`);
  await watchWorkspaces(
    { db, publicUrl, operator: importer, importerFor, ...delivery },
    {
      signal: stop.signal,
      onFailure: (error) => log.warn({ reason: redactText(String(error)) }, 'people could not be told; trying again'),
    },
  );
  await stopped;
  await app.close();
  await importer.close();
};

const told = (error: unknown): string => {
  if (error instanceof ConfigError) return explainConfigError(error);
  return redactText(error instanceof Error ? error.message : String(error));
};

try {
  await serve();
} catch (error) {
  process.stderr.write(`${told(error)}\n`);
  process.exit(error instanceof ConfigError || error instanceof InvalidConfiguration ? configExitCode : 1);
}
