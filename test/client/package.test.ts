import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPin } from './support/pin.js';
import { type Installation, startInstallation } from './support/installation.js';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const run = promisify(execFile);

let installation: Installation;
let folder = '';

/** The packages that an installation of ours brings: all that the lock file does not mark as needed for development only. */
const productionPackages = (): readonly string[] => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly dev?: boolean; readonly optional?: boolean }>;
  };
  return Object.entries(packages).flatMap(([path, { dev, optional }]) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1];
    return name === undefined || dev === true || optional === true ? [] : name;
  });
};

const link = (name: string): void => {
  mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
  symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
};

/** Files of types that the entry point refers to, and that are not packed. */
const missingTypes = (packed: ReadonlySet<string>): readonly string[] => {
  const seen = new Set<string>();
  const walk = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const [, to = ''] of readFileSync(join(root, path), 'utf8').matchAll(/['"](\.{1,2}\/[^'"]+)\.js['"]/g))
      walk(join(dirname(path), `${to}.d.ts`));
  };
  walk('dist/client/index.d.ts');
  return [...seen].filter((path) => !packed.has(path));
};

/** An empty folder with the packed package installed. Its dependencies are those of the clone, and no others. */
const install = async (): Promise<void> => {
  await run('npm', ['run', 'build'], { cwd: root });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'docs/client.md', 'dist/client/index.d.ts']));
  expect(paths.filter((path) => /^(dist\/)?(test|bench|local|simulator)\/|\.map$/.test(path))).toEqual([]);
  expect(missingTypes(new Set(paths))).toEqual([]);
  // A script's owner has the types of Node beside it.
  for (const name of new Set([...productionPackages(), '@types/node', 'undici-types'])) link(name);
  const target = join(folder, 'node_modules', 'x-ads-importer');
  mkdirSync(target);
  await run('tar', ['-xzf', join(folder, filename), '-C', target, '--strip-components=1']);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'x-ads-importer-package-'));
  [installation] = await Promise.all([startInstallation({ accounts: 1, ads: 3, days: 20 }), install()]);
});
afterAll(async () => {
  await installation?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Compiles the script of the guide as its owner would. */
const compile = async (): Promise<void> => {
  const guide = readFileSync(join(root, 'docs', 'client.md'), 'utf8');
  const script = /^## From TypeScript\n+```ts\n([^]*?)```/m.exec(guide)?.[1] ?? '';
  writeFileSync(join(folder, 'connect.ts'), script);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, types: ['node'], skipLibCheck: true };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['connect.ts'] }));
  await run(join(root, 'node_modules', '.bin', 'tsc'), [], { cwd: folder });
};

test('each program of the package runs with the dependencies that it brings, and says its version', async () => {
  const target = join(folder, 'node_modules', 'x-ads-importer');
  const { bin, version } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as {
    readonly bin: Readonly<Record<string, string>>;
    readonly version: string;
  };
  const said = await Promise.all(
    Object.values(bin).map(async (file) => (await run(process.execPath, [join(target, file), '--version'])).stdout),
  );
  expect(said).toEqual(Object.keys(bin).map(() => `${version}\n`));
});

test('the ten lines of docs/client.md, in an empty folder with the packed package, connect, choose and wait for a backfill', async () => {
  await compile();
  const { config } = installation;
  const script = spawn(process.execPath, ['connect.js'], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: config.databaseUrl,
      IMPORTER_KEY: config.importerKeys.map((key) => key.toString('base64')).join(','),
      TEMPORAL_ADDRESS: config.temporal.connectionOptions.address,
      TEMPORAL_NAMESPACE: config.temporal.namespace,
      X_ADS_API_URL: config.xAdsApiUrl,
      X_API_URL: config.xApiUrl,
    },
  });
  let printed = '';
  script.stdout.setEncoding('utf8');
  script.stdout.on('data', (text: string) => {
    const before = printed;
    printed += text;
    const address = /Open (\S+), allow, and type the PIN/.exec(printed)?.[1];
    if (address !== undefined && !before.includes('type the PIN'))
      void readPin(address, 'all_accounts').then((pin) => script.stdin.write(`${pin}\n`));
  });
  const code = await new Promise((resolve) => {
    script.on('exit', resolve);
  });
  expect(code).toBe(0);
  expect(printed.trim().split('\n').at(-1)).toBe('1');
  const { importer } = installation.opened;
  expect(await importer.find('Acme')).toMatchObject({ phase: 'active', grants: { total: 1, upToDate: 1 } });
});
