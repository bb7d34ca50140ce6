// Runs a TypeScript entry of this repository: `node local/bootstrap.mjs <entry.ts> [arguments]`. Plain JavaScript
// without dependencies, because its first job is to install them: a fresh clone needs nothing but Node and npm.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { lock } from './lock.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const lockfile = join(root, 'package-lock.json');
/** npm writes this file last, so its age says when the installation was complete. */
const installed = join(root, 'node_modules', '.package-lock.json');
const installLock = join(root, '.data', 'install.lock');

/** What ends a process from outside. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** From the signal that asks an installation to end until it is killed. */
const stopMillis = 10_000;
const numbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

const [nodeMajor = 0, nodeMinor = 0] = process.versions.node.split('.').map(Number);
if (nodeMajor < 20 || (nodeMajor === 20 && nodeMinor < 19))
  fail(`Node 20.19 or newer is needed; this is ${process.versions.node}.`);

const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) fail('Say what to run: node local/bootstrap.mjs <entry.ts> [arguments]');
if (!isInstalled()) await install();
loadEnvironment();
// Next steps name commands as they are typed in a clone.
process.env.XADS_PLACE = 'clone';
const commandLine = resolve(entry) === join(root, 'cli', 'main.ts') ? await compiledCommandLine() : undefined;
if (commandLine === undefined) run();
else {
  process.argv.splice(1, 2, commandLine);
  await import(pathToFileURL(commandLine).href);
}

/** `undefined` where it cannot be compiled beforehand: then it is read as TypeScript, like everything else. */
async function compiledCommandLine() {
  const { compiled } = await import('./compiled.mjs');
  return await compiled(root, 'cli/main.ts').catch(() => undefined);
}

function isInstalled() {
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return true;
  // Checking out another commit and back makes the lockfile newer, but not different.
  const there = packagesOf(installed);
  const wanted = Object.entries(packagesOf(lockfile)).filter(([path, { optional }]) => path !== '' && !optional);
  return wanted.every(([path, { version }]) => there[path]?.version === version);
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Of two first starts at once the second waits for the first, and finds everything installed. */
async function install() {
  mkdirSync(dirname(installLock), { recursive: true });
  const held = await lock(installLock);
  try {
    if (!isInstalled()) await installNow();
  } finally {
    held.release();
  }
}

async function installNow() {
  const started = Date.now();
  show('Installing the dependencies (once) …');
  const ticking =
    process.stderr.isTTY &&
    setInterval(
      () => show(`Installing the dependencies (once) … ${Math.round((Date.now() - started) / 1000)} s`),
      1000,
    );
  let stopped;
  const stop = (signal) => {
    if (stopped === undefined) show('Stopping the installation …');
    endGroup(npm, stopped === undefined ? 'SIGTERM' : 'SIGKILL');
    setTimeout(() => endGroup(npm, 'SIGKILL'), stopMillis).unref();
    stopped ??= signal;
  };
  // Before npm is there: a signal that comes between the two would end this process and leave npm.
  for (const signal of signals) process.on(signal, stop);
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--include=dev'], {
    cwd: root,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: withoutNpm(),
    // A group of its own: npm starts processes that must end with it.
    detached: process.platform !== 'win32',
  });
  const output = [];
  npm.stdout.on('data', (part) => output.push(part));
  npm.stderr.on('data', (part) => output.push(part));
  const status = await new Promise((done) => {
    npm.once('error', (error) => done(error.message));
    npm.once('exit', done);
  });
  clearInterval(ticking);
  for (const signal of signals) process.off(signal, stop);
  if (stopped !== undefined) {
    // Whatever of the group has not heard the signal would go on writing into what the next start installs.
    endGroup(npm, 'SIGKILL');
    rmSync(installLock, { force: true });
    process.stderr.write('\nStopped; the next start installs the dependencies.\n');
    process.exit(128 + numbers[stopped]);
  }
  if (status !== 0) {
    rmSync(installLock, { force: true });
    fail(`\nThe dependencies could not be installed (npm ci: ${status}).\n${Buffer.concat(output).toString()}`);
  }
  show(`Installed the dependencies in ${Math.round((Date.now() - started) / 1000)} s.`);
  if (process.stderr.isTTY) process.stderr.write('\n');
}

function endGroup(child, signal) {
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It has ended.
  }
}

function show(text) {
  process.stderr.write(process.stderr.isTTY ? `\r\u001B[2K${text}` : `${text}\n`);
}

/** The environment without the settings that npm adds for the script that it runs: `npm ci` must not inherit them. */
function withoutNpm() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package|lifecycle|command)/i.test(name)),
  );
}

/**
 * Variables that are set already win over `.env`, each by itself. The command line and further workers join a running stack
 * through the file that `npm start` keeps in its data folder; `.env` wins over it.
 */
function loadEnvironment() {
  load(join(root, '.env'));
  const joins = ['cli/main.ts', 'worker/main.ts'].some((name) => resolve(root, name) === resolve(entry));
  if (joins) load(join(resolve(root, isSet(process.env.DATA_DIR) ? process.env.DATA_DIR : '.data'), 'running.env'));
}

function load(file) {
  if (!existsSync(file)) return;
  for (const [name, value] of Object.entries(parseEnv(readFileSync(file, 'utf8'))))
    if (isSet(value) && !isSet(process.env[name])) process.env[name] = value;
}

/** As in `config.ts`: an empty variable is an unset one. */
function isSet(value) {
  return value !== undefined && value.trim() !== '';
}

function run() {
  const tsx = pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
  const child = spawn(process.execPath, ['--import', tsx, resolve(entry), ...rest], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the child as well; a signal to this process alone must be passed on.
  for (const signal of signals) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // A shell expects 128 plus the signal's number from a process that a signal has ended.
    process.exit(128 + (numbers[signal] ?? 0));
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
