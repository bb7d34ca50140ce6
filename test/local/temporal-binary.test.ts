import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporalBinary } from '../../local/temporal-binary.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

const quiet = (): void => undefined;

const refused = async (): Promise<never> => {
  throw new Error('no network');
};

/** A program that says it is Temporal's command line, of this version. */
const program = (folder: string, version: string): string => {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'temporal');
  writeFileSync(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.31.2, UI 2.50.1)"\n`);
  chmodSync(path, 0o755);
  return path;
};

it('takes the one that TEMPORAL_CLI_PATH names, and refuses when that is none', async () => {
  using folder = throwawayFolder();
  const named = program(join(folder.path, 'named'), '1.5.1');
  await expect(temporalBinary(quiet, { TEMPORAL_CLI_PATH: named })).resolves.toBe(named);
  const missing = join(folder.path, 'missing');
  await expect(temporalBinary(quiet, { TEMPORAL_CLI_PATH: missing })).rejects.toThrow(
    `TEMPORAL_CLI_PATH is ${missing}`,
  );
});

it('takes one on the PATH when it is new enough, else the one in our cache', async () => {
  using folder = throwawayFolder();
  const cached = program(join(folder.path, 'cache', 'x-ads-importer', 'temporal-1.8.2'), '1.8.2');
  const PATH = join(folder.path, 'bin');
  const environment = { PATH, XDG_CACHE_HOME: join(folder.path, 'cache') };
  await expect(temporalBinary(quiet, environment)).resolves.toBe(cached);
  program(PATH, '1.7.3');
  await expect(temporalBinary(quiet, environment)).resolves.toBe(cached);
  const onPath = program(PATH, '1.10.0');
  await expect(temporalBinary(quiet, environment)).resolves.toBe(onPath);
});

it('says what to install when there is no way to get one', async () => {
  using folder = throwawayFolder();
  const environment = { PATH: folder.path, XDG_CACHE_HOME: join(folder.path, 'cache') };
  const attempt = temporalBinary(quiet, environment, refused);
  await expect(attempt).rejects.toThrow('no network');
  await expect(temporalBinary(quiet, environment, refused)).rejects.toThrow('Go is not installed');
  await expect(temporalBinary(quiet, environment, refused)).rejects.toThrow(
    'set TEMPORAL_ADDRESS to a server that you run',
  );
});
