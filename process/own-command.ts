import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';

/** It lies beside the sources, and above what is built of them. */
const packageFile = ['../package.json', '../../package.json']
  .map((path) => new URL(path, import.meta.url))
  .find((path) => existsSync(path));

/** The version of this program. */
export const ownVersion = (): string => {
  const { version } = JSON.parse(packageFile === undefined ? '{}' : readFileSync(packageFile, 'utf8')) as {
    readonly version?: string;
  };
  return version ?? 'unknown';
};

/** A program of this repository: it knows `--help` and `--version`, and refuses what it does not know. */
export const ownCommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .version(ownVersion(), '--version', 'print the version')
    .allowExcessArguments(false);
