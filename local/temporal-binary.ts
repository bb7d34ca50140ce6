import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Environment, setVariables } from '../config.js';
import { lock } from './lock.mjs';
import { type Progress, reporting } from './progress.js';

const run = promisify(execFile);

/** The version in ops/temporal-cli/go.mod. */
const version = '1.8.2';
const oldestUsable = [1, 8] as const;
const source = fileURLToPath(new URL('../ops/temporal-cli', import.meta.url));
const releases = `https://github.com/temporalio/cli/releases/download/v${version}`;
/** On a closed network nothing answers, and the build should begin soon. */
const connectMillis = 5_000;
const downloadMillis = 10 * 60_000;

/**
 * The path of Temporal's command line, which contains its development server. Sources, in this order: TEMPORAL_CLI_PATH,
 * the PATH, the cache, Temporal's own download, a build from the pinned source.
 * @throws with what each source said when none works
 */
export const temporalBinary = async (
  progress: Progress = () => undefined,
  given: Environment = process.env,
  fetchBytes: Fetch = fetchOverNetwork,
  signal?: AbortSignal,
): Promise<string> => {
  const environment = setVariables(given);
  const named = environment['TEMPORAL_CLI_PATH'];
  if (named !== undefined) {
    if ((await versionOf(named)) !== undefined) return named;
    throw new Error(`TEMPORAL_CLI_PATH is ${named}, which is not a Temporal command line that runs here.`);
  }
  const onPath = programOnPath('temporal', environment);
  if (onPath !== undefined && isUsable(await versionOf(onPath))) return onPath;
  const folder = join(cacheFolder(environment), `temporal-${version}`);
  const cached = join(folder, 'temporal');
  if (existsSync(cached)) return cached;
  mkdirSync(folder, { recursive: true });
  const held = await lock(join(folder, 'lock'), () => progress('Another start is getting Temporal; waiting for it'));
  try {
    if (!existsSync(cached)) await obtain(cached, progress, { environment, signal, fetchBytes });
    return cached;
  } finally {
    held.release();
  }
};

interface Source {
  readonly environment: Environment;
  readonly signal: AbortSignal | undefined;
  readonly fetchBytes: Fetch;
}

const obtain = async (
  target: string,
  progress: Progress,
  { environment, signal, fetchBytes }: Source,
): Promise<void> => {
  const refusals: string[] = [];
  const ways = [
    async () =>
      await reporting(progress, `Downloading Temporal ${version}`, async () => await download(target, fetchBytes)),
    async () =>
      await reporting(
        progress,
        `Building Temporal ${version} from source, once, which takes some minutes`,
        async () => await build(target, environment, signal),
      ),
  ];
  for (const way of ways) {
    try {
      await way();
      return;
    } catch (error) {
      signal?.throwIfAborted();
      refusals.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(
    `Temporal's command line is needed and could not be had.\n${refusals.map((reason) => `  - ${reason}\n`).join('')}` +
      'Install it (https://docs.temporal.io/cli) so that `temporal` is on the PATH, or name it in TEMPORAL_CLI_PATH, ' +
      'or set TEMPORAL_ADDRESS to a server that you run, or install Go 1.26.4 or newer so that it can be built.',
  );
};

type Fetch = (url: string) => Promise<Uint8Array>;

const download = async (target: string, fetchBytes: Fetch): Promise<void> => {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string];
  const processor = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  if (system === undefined || processor === undefined) {
    throw new Error(`there is no download for ${process.platform} on ${process.arch}`);
  }
  const name = `temporal_cli_${version}_${system}_${processor}.tar.gz`;
  const checksums = new TextDecoder().decode(await fetchBytes(`${releases}/checksums.txt`));
  const expected = checksums
    .split('\n')
    .find((line) => line.trim().endsWith(name))
    ?.trim()
    .split(/\s+/, 1)[0];
  if (expected === undefined) throw new Error(`${releases}/checksums.txt does not name ${name}`);
  const archive = await fetchBytes(`${releases}/${name}`);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) throw new Error(`${name} has the checksum ${actual} instead of ${expected}`);
  const folder = mkdtempSync(`${target}-`);
  try {
    writeFileSync(join(folder, name), archive);
    await run('tar', ['-xzf', name, 'temporal'], { cwd: folder });
    await install(join(folder, 'temporal'), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const fetchOverNetwork: Fetch = async (url) => {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(), connectMillis);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([connecting.signal, AbortSignal.timeout(downloadMillis)]),
    });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`${url} could not be fetched: ${connecting.signal.aborted ? 'no answer' : reason}`, {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
};

const build = async (target: string, environment: Environment, signal: AbortSignal | undefined): Promise<void> => {
  const unfinished = `${target}.${randomUUID()}`;
  const flags = `-s -w -X github.com/temporalio/cli/internal/temporalcli.Version=${version}`;
  try {
    await run(
      'go',
      [
        'build',
        '-C',
        source,
        '-trimpath',
        '-ldflags',
        flags,
        '-o',
        unfinished,
        'github.com/temporalio/cli/cmd/temporal',
      ],
      { env: { ...environment, ...goFolders(environment), CGO_ENABLED: '0' }, signal, maxBuffer: 64 * 1024 * 1024 },
    );
    await install(unfinished, target);
  } catch (error) {
    if (isMissing(error)) throw new Error('Go is not installed, so it cannot be built', { cause: error });
    throw new Error(`go build: ${outputOf(error)}`, { cause: error });
  } finally {
    rmSync(unfinished, { force: true });
  }
};

/** Go keeps its caches in the home folder. Without a writable one they go beside the importer's cache. */
const goFolders = (environment: Environment): NodeJS.ProcessEnv => {
  if (isWritable(environment['HOME'] ?? '')) return {};
  const folder = cacheFolder(environment);
  return { GOCACHE: join(folder, 'go-build'), GOPATH: join(folder, 'go') };
};

const install = async (made: string, target: string): Promise<void> => {
  chmodSync(made, 0o755);
  if ((await versionOf(made)) === undefined)
    throw new Error('the Temporal command line that was made does not run here');
  renameSync(made, target);
};

/** The cache lies outside the repository, so that all clones of a person share it. */
const cacheFolder = (environment: Environment): string => {
  const usual = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  for (const folder of [join(usual, 'x-ads-importer'), join(tmpdir(), `x-ads-importer-${process.getuid?.() ?? 0}`)]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      // In a shared temporary folder another user may have put a program there.
      if (isWritable(folder) && statSync(folder).uid === (process.getuid?.() ?? statSync(folder).uid)) return folder;
    } catch {
      // The next folder may be writable.
    }
  }
  throw new Error(
    `No folder to keep Temporal in: neither ${usual} nor ${tmpdir()} can be written. Set XDG_CACHE_HOME.`,
  );
};

const isWritable = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return folder !== '';
  } catch {
    return false;
  }
};

/** Looks the program up in that environment's PATH, which may differ from this process's. */
const programOnPath = (name: string, environment: Environment): string | undefined =>
  (environment['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/** `undefined` when the file is missing, does not run, or is another program. */
const versionOf = async (command: string): Promise<readonly [number, number] | undefined> => {
  try {
    // The timeout ends a program that hangs: on a busy machine it has taken more than twenty seconds.
    const { stdout } = await run(command, ['--version'], { timeout: 300_000 });
    const [, major, minor] = /^temporal version (\d+)\.(\d+)/.exec(stdout) ?? [];
    return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
  } catch {
    return undefined;
  }
};

const isUsable = (found: readonly [number, number] | undefined): boolean => {
  if (found === undefined) return false;
  const [major, minor] = found;
  return major > oldestUsable[0] || (major === oldestUsable[0] && minor >= oldestUsable[1]);
};

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const outputOf = (error: unknown): string => {
  if (error instanceof Error && 'stderr' in error && typeof error.stderr === 'string' && error.stderr.trim() !== '') {
    return error.stderr.trim().split('\n').slice(-3).join(' ');
  }
  return error instanceof Error ? error.message : String(error);
};
