#!/usr/bin/env node
/** The `xads` command line: reads the environment and the terminal, hands both on, ends with the exit code. */
import openInBrowser from 'open';
import { ConfigError, explainConfigError, loadClientConfig, loadConfig } from '../config.js';
import { InvalidConfiguration } from '../client/errors.js';
import { runCommandLine } from './program.js';

const orInvalid = <T>(load: () => T): T => {
  try {
    return load();
  } catch (error) {
    if (error instanceof ConfigError) throw new InvalidConfiguration(explainConfigError(error), { cause: error });
    throw error;
  }
};

// A reader that went away, such as `head`, is no failure.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  interactive: process.stdin.isTTY && process.stderr.isTTY,
  config: () => orInvalid(loadClientConfig),
  consumer: () => {
    const { xConsumerKey, xConsumerSecret } = orInvalid(loadConfig);
    return { key: xConsumerKey, secret: xConsumerSecret };
  },
  browse: async (url) => {
    await openInBrowser(url);
  },
});
