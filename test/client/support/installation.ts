import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { randomBytes } from 'node:crypto';
import { NativeConnection } from '@temporalio/worker';
import type { CliConfig, Io } from '../../../cli/io.js';
import { loopbackCallback } from '../../../client/act/callback.js';
import { type Opened, openWith } from '../../../client/open.js';
import { runCommandLine } from '../../../cli/program.js';
import { defaultJobTimeouts } from '../../../domain/job-outcome.js';
import { createPool } from '../../../store/pool.js';
import { createSealer } from '../../../store/secrets.js';
import { createWorkers } from '../../../worker/create.js';
import { createXAds } from '../../../x-ads/client.js';
import { expectDocument } from '../../cli/support/documents.js';
import { createDatabase } from '../../support/database.js';
import { startSimulator } from '../../support/simulator.js';
import { newNamespace, temporalAddress, workflowBundle } from '../../support/temporal.js';
import { consent } from '../../x-ads/support/simulator.js';

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
};

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on stdout. */
  json(): unknown;
}

export interface Person {
  /** What happens when the command line opens the browser. (Default: nothing) */
  readonly browse?: (url: string) => Promise<unknown>;
  /** What the person types. (Default: the end of the input) */
  readonly types?: string;
  readonly interactive?: boolean;
}

const textOf = (stream: PassThrough): (() => string) => {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
};

/** Runs the command line in this process, as `cli/main.ts` would. */
export const xads = async (
  config: () => CliConfig,
  args: readonly string[],
  { browse, types, interactive = false }: Person = {},
  consumer: Io['consumer'] = () => ({ key: 'none', secret: 'none' }),
): Promise<Ran> => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [out, err] = [textOf(stdout), textOf(stderr)];
  stdin.end(types ?? '');
  const code = await runCommandLine(args, {
    stdin,
    stdout,
    stderr,
    interactive,
    config,
    consumer,
    browse: async (url) => {
      await browse?.(url);
    },
  });
  if (args.includes('--json')) expectDocument(args, code, out());
  return { code, stdout: out(), stderr: err(), json: () => JSON.parse(out()) as unknown };
};

export interface Installation extends AsyncDisposable {
  readonly config: CliConfig;
  readonly opened: Opened;
  readonly callbackUrl: string;
  readonly simulatorUrl: string;
  xads(args: readonly string[], person?: Person): Promise<Ran>;
}

/** A person who allows, and whose browser follows X back. */
export const allowing =
  (screenName = 'all_accounts') =>
  async (url: string): Promise<string> =>
    (await fetch(await consent(url, screenName))).text();

/** The whole thing but for the processes: Postgres, Temporal, simulator, worker. */
export const startInstallation = async (
  options: Parameters<typeof startSimulator>[0] & { readonly worker?: boolean } = {},
): Promise<Installation> => {
  const { worker = true, ...simulated } = options;
  const callbackPort = await freePort();
  const callbackUrl = loopbackCallback(callbackPort);
  const [database, simulator, namespace] = await Promise.all([
    createDatabase(),
    startSimulator({ callbacks: [callbackUrl], ...simulated }),
    newNamespace(),
  ]);
  const importerKeys = [randomBytes(32)];
  const config: CliConfig = {
    databaseUrl: database.url,
    temporal: { connectionOptions: { address: temporalAddress() }, namespace },
    importerKeys,
    payloadKeys: [],
    xAdsApiUrl: simulator.url,
    xApiUrl: simulator.url,
    callbackPort,
  };
  const consumer = { key: simulator.consumerKey, secret: simulator.consumerSecret };
  const db = createPool(database.url);
  const x = createXAds({ baseUrl: simulator.url, oauthUrl: simulator.url, consumer });
  const connection = await NativeConnection.connect({ address: temporalAddress() });
  const workers = worker
    ? await createWorkers(
        { db, sealer: createSealer(importerKeys), x, jobTimeouts: defaultJobTimeouts },
        {
          connection,
          namespace,
          workflowBundle: workflowBundle(),
          shutdownGraceTime: '1 second',
          shutdownForceTime: '5 seconds',
        },
      )
    : undefined;
  const running = workers?.run();
  const opened = await openWith(config, { workerTimeout: worker ? 20_000 : 300 });
  return {
    config,
    opened,
    callbackUrl,
    simulatorUrl: simulator.url,
    xads: (args, person) =>
      xads(
        () => config,
        args,
        person,
        () => consumer,
      ),
    async [Symbol.asyncDispose]() {
      workers?.shutdown();
      await running;
      await connection.close();
      await opened.importer.close();
      await x.close();
      await db.end();
      await simulator.close();
      await database.drop();
    },
  };
};
