import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loopbackCallback } from '../../domain/addresses.js';
import { Disposals } from '../../local/disposals.js';
import { repositoryFolder } from '../../local/processes.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';
import { freePort } from '../../process/free-port.js';
import { readPin } from '../client/support/pin.js';
import { createEmptyDatabase } from '../support/database.js';
import { newNamespace, temporalAddress } from '../support/temporal.js';
import { until } from '../support/until.js';
import { consent } from '../x-ads/support/simulator.js';

/*
 * The README's ways to start, by its very commands: they are read from its code, each in a copy of the repository. Only
 * ports differ, since those that the README names may be taken here.
 */

const readme = readFileSync(join(repositoryFolder, 'README.md'), 'utf8');
const disposals = new Disposals();
afterAll(() => disposals.dispose());

/** The commands of a section, in its order: of its block of code, or where it has none those within its sentences. */
const commandsOf = (title: string): readonly string[] => {
  const [, section = ''] = new RegExp(`^### ${title}\n([^]*?)^##`, 'm').exec(readme) ?? [];
  const [, block] = /^```sh\n([^]*?)^```/m.exec(section) ?? [];
  const lines = block?.split('\n') ?? [...section.matchAll(/`((?:cp|npm) [^`]+)`/g)].map(([, command = '']) => command);
  return lines.map((line) => line.replace(/#.*/, '').trim()).filter((command) => command !== '');
};

/** A copy of the repository, as a clone with its dependencies installed. */
const clone = (): string => {
  const folder = throwawayFolder();
  disposals.add(() => folder[Symbol.dispose]());
  const left = new Set(['.git', '.env', '.data', 'dist', 'node_modules']);
  for (const name of readdirSync(repositoryFolder)) {
    if (!left.has(name)) cpSync(join(repositoryFolder, name), join(folder.path, name), { recursive: true });
  }
  symlinkSync(join(repositoryFolder, 'node_modules'), join(folder.path, 'node_modules'));
  return folder.path;
};

interface Command {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly said: () => string;
  /** Its exit code. */
  readonly ended: Promise<unknown>;
}

const start = (command: string, cwd: string, env: NodeJS.ProcessEnv): Command => {
  const child = spawn(`exec ${command}`, { cwd, env, shell: true, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (printed += text));
  }
  const ended = once(child, 'close').then(([code]) => code as unknown);
  return { child, said: () => printed, ended };
};

/** Ctrl-C, which a terminal sends to the command and all that it has started. */
const interrupt = async ({ child, ended }: Command): Promise<void> => {
  const isRunning = child.exitCode === null && child.signalCode === null;
  if (isRunning && child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await ended;
};

/** What a command prints when it is ready that runs until it is ended. */
const READY: Readonly<Record<string, string>> = {
  'npm start': 'X Ads Importer is running.',
  'npm run simulator': '"listening"',
  'npm run worker': '"ready"',
};

/** What somebody sees who looks until it is there, or the command has ended. */
const shows = async ({ said, ended }: Command, what: RegExp): Promise<RegExpExecArray> => {
  let over = false;
  void ended.then(() => (over = true));
  return await until(`${what.source} in what the command says`, async () => {
    const found = what.exec(said());
    if (found === null && over) throw new Error(`it ended without ${what.source}:\n${said()}`);
    return found ?? undefined;
  });
};

/** Somebody who allows at X in the browser, or types the PIN, as soon as the command shows the address. */
const allow = async (command: Command, usesPin: boolean): Promise<void> => {
  const [, address = ''] = await shows(command, /^ {2}(http\S+)$/m);
  if (usesPin) command.child.stdin?.end(`${await readPin(address, 'all_accounts')}\n`);
  else await fetch(await consent(address, 'all_accounts'));
};

/** Runs a command as the README has it: to its end, or until it is ready where it runs until it is ended. */
const run = async (command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Command> => {
  const running = start(command, cwd, env);
  const ready = Object.entries(READY).find(([name]) => command.startsWith(name))?.[1];
  if (ready !== undefined) {
    disposals.add(() => interrupt(running));
    await shows(running, new RegExp(ready));
    return running;
  }
  if (/ connect\b/.test(command)) await allow(running, command.includes('--pin'));
  expect([command, await running.ended, running.said()]).toEqual([command, 0, running.said()]);
  return running;
};

let environment: NodeJS.ProcessEnv;
let port: number;
beforeAll(async () => {
  const callbackPort = await freePort();
  port = await freePort();
  environment = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TEMPORAL_CLI_PATH: process.env['TEMPORAL_CLI_PATH'],
    XADS_CALLBACK_PORT: `${callbackPort}`,
    // The person of the test needs no window.
    BROWSER: 'true',
  };
});

test('with the simulator: a year is imported, and its days are complete', async () => {
  const folder = clone();
  const [begin = '', ...others] = commandsOf('With the simulator');
  const stack = await run(begin, folder, environment);
  const said: string[] = [];
  for (const command of others) said.push((await run(command, folder, environment)).said());
  expect(others.map((command) => command.split(' ')[4])).toEqual(['connect', 'status', 'coverage']);
  expect(said.at(-1)).toMatch(/: complete$/m);
  await interrupt(stack);
  expect(stack.said()).toContain('Everything is kept');
});

test('part by part against servers of one’s own, and with X: a simulator in its place', async () => {
  const parts = commandsOf('With your own servers');
  const [simulate = '', ...ownParts] = parts;
  const callback = loopbackCallback(Number(environment['XADS_CALLBACK_PORT']));
  const own = clone();
  const here = simulate.replace(/--port \d+/, `--port ${port} --callback ${callback}`);
  const simulator = await run(here, own, environment);
  const [line] = await shows(simulator, /^\{.*"listening".*\}$/m);
  const x = JSON.parse(line) as Readonly<Record<'listening' | 'consumer_key' | 'consumer_secret', string>>;
  const atX = { X_ADS_API_URL: x.listening, X_API_URL: x.listening };
  const app = { X_CONSUMER_KEY: x.consumer_key, X_CONSUMER_SECRET: x.consumer_secret };

  const database = await createEmptyDatabase();
  disposals.add(() => database.drop());
  const servers = {
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: temporalAddress(),
    TEMPORAL_NAMESPACE: await newNamespace(),
    IMPORTER_KEY: randomBytes(32).toString('base64'),
  };
  const started: Command[] = [];
  for (const command of ownParts) started.push(await run(command, own, { ...environment, ...servers, ...atX, ...app }));
  expect(started.at(-1)?.said()).toContain('is connected as @all_accounts');
  await Promise.all(started.map((command) => interrupt(command)));

  const folder = clone();
  const before = readdirSync(folder);
  const [copy = '', begin = '', ...others] = commandsOf('With X');
  await run(copy, folder, environment);
  const file = join(folder, '.env');
  const filledIn = Object.entries(app).reduce(
    (text, [name, value]) => text.replace(`\n${name}=\n`, `\n${name}=${value}\n`),
    readFileSync(file, 'utf8'),
  );
  writeFileSync(file, filledIn);
  const stack = await run(begin, folder, { ...environment, ...atX });
  for (const command of others) await run(command, folder, environment);
  await interrupt(stack);
  // The console is built into `dist`; Git ignores all three.
  expect(readdirSync(folder).toSorted()).toEqual([...before, '.data', '.env', 'dist'].toSorted());
});
