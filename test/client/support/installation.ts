import { PassThrough } from 'node:stream';
import type { CliConfig, Io } from '../../../cli/io.js';
import type { ApiAccess } from '../../../client/over-api.js';
import { loopbackCallback } from '../../../domain/addresses.js';
import { runCommandLine } from '../../../cli/program.js';
import { freePort } from '../../../process/free-port.js';
import { expectDocument } from '../../cli/support/documents.js';
import { type InProcess, startInProcess } from '../../support/installation.js';
import type { SimulatedOptions } from '../../support/simulator.js';
import { consent } from '../../x-ads/support/simulator.js';

export { freePort };

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
  /** The installation elsewhere that it works with. (Default: none) */
  readonly api?: ApiAccess;
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
  { browse, types, interactive = false, api }: Person = {},
  consumer: () => Awaited<ReturnType<Io['consumer']>> = () => ({ key: 'none', secret: 'none' }),
): Promise<Ran> => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [out, err] = [textOf(stdout), textOf(stderr)];
  stdin.end(types ?? '');
  const code = await runCommandLine(args, {
    stdin,
    stdout,
    stderr,
    interactive,
    place: 'package',
    onInterrupt: () => () => undefined,
    config: async () => config(),
    api: async () => api,
    consumer: async () => consumer(),
    browse: async (url) => {
      await browse?.(url);
    },
  });
  if (args.includes('--json')) expectDocument(args, code, out());
  return { code, stdout: out(), stderr: err(), json: () => JSON.parse(out()) as unknown };
};

export interface Installation extends InProcess {
  readonly config: CliConfig;
  readonly callbackUrl: string;
  readonly simulatorUrl: string;
  xads(args: readonly string[], person?: Person): Promise<Ran>;
}

/** A person who allows, and whose browser follows X back. */
export const allowing =
  (screenName = 'all_accounts') =>
  async (url: string): Promise<string> =>
    (await fetch(await consent(url, screenName))).text();

/** The command line on an installation in this process. */
export const startInstallation = async (
  options: SimulatedOptions & { readonly worker?: boolean } = {},
): Promise<Installation> => {
  const { worker = true, ...simulated } = options;
  const callbackPort = await freePort();
  const callbackUrl = loopbackCallback(callbackPort);
  const base = await startInProcess({ callbacks: [callbackUrl], ...simulated }, { worker, callbackPort });
  const config: CliConfig = { ...base.config, xAdsApiUrl: base.url };
  return {
    ...base,
    config,
    callbackUrl,
    simulatorUrl: base.url,
    xads: (args, person) =>
      xads(
        () => config,
        args,
        person,
        () => base.consumer,
      ),
  };
};
