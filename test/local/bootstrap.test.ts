import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { throwawayEnvironment } from '../../local/environment.js';
import { repositoryFolder } from '../../local/processes.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { until } from '../support/until.js';

const bootstrap = join(repositoryFolder, 'local', 'bootstrap.mjs');

const entry = (folder: string, program: string): string => {
  const path = join(folder, 'entry.ts');
  writeFileSync(path, program);
  return path;
};

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [bootstrap, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });

const isAlive = (pid: string): boolean => spawnSync('kill', ['-0', pid]).status === 0;

const finished = async (child: ChildProcess): Promise<{ code: unknown; output: string; errors: string }> => {
  const parts = { output: '', errors: '' };
  child.stdout?.on('data', (part: Buffer) => (parts.output += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (parts.errors += part.toString()));
  const [code]: unknown[] = await once(child, 'close');
  return { code, ...parts };
};

it('runs TypeScript with the arguments as they are, and passes the exit code on, in silence', async () => {
  using folder = throwawayFolder();
  const program = `const args: string[] = process.argv.slice(2); console.log(JSON.stringify(args)); process.exitCode = 7;`;
  const child = start([entry(folder.path, program), '--json', 'two words', '--', '-x']);
  await expect(finished(child)).resolves.toEqual({
    code: 7,
    output: '["--json","two words","--","-x"]\n',
    errors: '',
  });
});

it('hands SIGTERM on and waits for the program to end', async () => {
  using folder = throwawayFolder();
  const program = `
    setInterval(() => undefined, 1000);
    process.on('SIGTERM', () => { console.log('ended well'); process.exit(0); });
    console.log('ready');`;
  const child = start([entry(folder.path, program)]);
  child.stdout?.once('data', () => child.kill('SIGTERM'));
  await expect(finished(child)).resolves.toMatchObject({ code: 0, output: 'ready\nended well\n' });
});

it('says by its exit code that the program was killed', async () => {
  using folder = throwawayFolder();
  const child = start([
    entry(folder.path, `process.kill(process.pid, 'SIGKILL'); setInterval(() => undefined, 1000);`),
  ]);
  await expect(finished(child)).resolves.toMatchObject({ code: 137 });
});

it('says what to do when it is given nothing', async () => {
  await expect(finished(start([]))).resolves.toMatchObject({ code: 1, output: '' });
});

it.each(['local/main.ts', 'local/check.ts', 'simulator/main.ts', 'store/main.ts', 'worker/main.ts', 'bench/main.ts'])(
  '%s says its version and what it takes, and refuses what it does not know',
  async (name) => {
    const file = join(repositoryFolder, name);
    const [version, help, wrong] = await Promise.all(
      ['--version', '--help', '--nope'].map((arg) => finished(start([file, arg]))),
    );
    expect(version).toMatchObject({ code: 0, output: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining('--version') as string });
    expect(wrong?.errors).toContain("unknown option '--nope'");
    expect(wrong?.code).not.toBe(0);
  },
);

it('ends the installation that it has begun, whole, when it is stopped, so that the next start can begin anew', async () => {
  using folder = throwawayFolder();
  mkdirSync(join(folder.path, 'local'));
  for (const file of ['local/bootstrap.mjs', 'local/lock.mjs', 'package-lock.json'])
    cpSync(join(repositoryFolder, file), join(folder.path, file));
  // In npm's place: it starts a process, as npm does for what it unpacks, and says which.
  const programs = join(folder.path, 'programs');
  const started = join(folder.path, 'started');
  mkdirSync(programs);
  writeFileSync(
    join(programs, 'npm'),
    `#!/bin/sh\n(trap '' TERM; exec sleep 600) &\necho $$ $! > ${started}.part\nmv ${started}.part ${started}\nwait\n`,
    {
      mode: 0o755,
    },
  );
  const child = spawn(process.execPath, [join(folder.path, 'local', 'bootstrap.mjs'), 'entry.ts'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...throwawayEnvironment(), PATH: `${programs}:${process.env['PATH']}` },
  });
  const over = finished(child);
  const pids = await until('the installation to run', async () => existsSync(started) && readFileSync(started, 'utf8'));
  child.kill('SIGINT');
  await expect(over).resolves.toMatchObject({
    code: 130,
    errors: expect.stringContaining('the next start installs') as string,
  });
  await until('its processes to end', async () => !pids.trim().split(' ').some(isAlive));
  expect(existsSync(join(folder.path, '.data', 'install.lock'))).toBe(false);
});

it('says how to start where nothing runs in the clone', async () => {
  using folder = throwawayFolder();
  const file = join(repositoryFolder, 'cli', 'main.ts');
  const env = { ...throwawayEnvironment(), DATA_DIR: folder.path, XADS_PLACE: 'clone' };
  const child = spawn(process.execPath, ['--import', 'tsx', file, 'status'], {
    cwd: repositoryFolder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
  await expect(finished(child)).resolves.toMatchObject({
    code: 2,
    errors: expect.stringMatching(/DATABASE_URL is missing[^]*nothing runs here now \(`npm start`\)/) as string,
  });
});

it('joins a running stack variable by variable, and what is set wins', async () => {
  using folder = throwawayFolder();
  const running = [
    `IMPORTER_KEY='${Buffer.alloc(32).toString('base64')}'`,
    `DATABASE_URL='postgres://127.0.0.1:1/running'`,
  ];
  writeFileSync(join(folder.path, 'running.env'), running.join('\n'));
  const child = spawn(process.execPath, [bootstrap, join(repositoryFolder, 'cli', 'main.ts'), 'doctor', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...throwawayEnvironment(),
      DATA_DIR: folder.path,
      DATABASE_URL: 'postgres://127.0.0.1:1/of-the-person',
      IMPORTER_KEY: '',
    },
  });
  const { output } = await finished(child);
  expect(JSON.parse(output)).toMatchObject({
    checks: [
      { name: 'configuration', status: 'ok' },
      { name: 'Postgres', detail: expect.stringContaining('of-the-person') as string },
    ],
  });
});
