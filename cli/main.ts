#!/usr/bin/env node
/**
 * The `xads` command line: reads the environment and the terminal, hands both on, ends with the exit code. Help loads no
 * more than the commands' options: what talks to Postgres, Temporal and X is imported by the command that needs it.
 */
import { InvalidConfiguration } from '../client/errors.js';
import type * as Config from '../config.js';
import { placeOfProcess } from '../process/place.js';
import { runCommandLine } from './program.js';

const place = placeOfProcess();
/** A stack that runs in the clone would have given the address. */
const START = { action: 'start', text: 'Or start everything on this machine: nothing runs here now.' } as const;

const orInvalid = async <T>(load: (config: typeof Config) => T): Promise<T> => {
  const config = await import('../config.js');
  try {
    return load(config);
  } catch (error) {
    if (error instanceof config.ConfigError) {
      const isNothingHere = place === 'clone' && error.problems.some(({ name }) => name === 'DATABASE_URL');
      throw new InvalidConfiguration(config.explainConfigError(error), {
        cause: error,
        ...(isNothingHere ? { nextStep: START } : {}),
      });
    }
    throw error;
  }
};

// A reader that went away, such as `head`, is no failure.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  place,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  interactive: process.stdin.isTTY && process.stderr.isTTY,
  config: () => orInvalid(({ loadClientConfig }) => loadClientConfig()),
  api: () => orInvalid(({ loadApiAccess }) => loadApiAccess()),
  consumer: async () => {
    const { xConsumerKey, xConsumerSecret } = await orInvalid(({ loadConfig }) => loadConfig());
    return { key: xConsumerKey, secret: xConsumerSecret };
  },
  onInterrupt: (tell) => {
    process.once('SIGINT', tell);
    return () => process.off('SIGINT', tell);
  },
  browse: async (url) => {
    const { default: openInBrowser } = await import('open');
    await openInBrowser(url);
  },
});
