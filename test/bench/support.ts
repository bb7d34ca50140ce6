import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface BenchResult {
  /** Its exit code and what it said, unless the code is 0. */
  readonly failure: string | undefined;
  /** The last line of the standard output, read. */
  readonly figures: Record<string, unknown>;
}

/** Runs a program as a person would, with `--json`. */
const run = async (entry: string, args: readonly string[]): Promise<BenchResult> => {
  const child = spawn(process.execPath, ['local/bootstrap.mjs', entry, ...args, '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => output.push(part));
  child.stderr.on('data', (part: Buffer) => errors.push(part));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const lastLine = Buffer.concat(output).toString('utf8').trimEnd().split('\n').at(-1) ?? '';
  const told = Buffer.concat(errors).toString('utf8');
  const figures: unknown = lastLine.startsWith('{') ? JSON.parse(lastLine) : {};
  const failure = exitCode === 0 ? undefined : `exit code ${exitCode}\n${told}`;
  return { failure, figures: { ...(figures as object) } };
};

export const bench = (...args: readonly string[]): Promise<BenchResult> => run('bench/main.ts', args);

export const soak = (...args: readonly string[]): Promise<BenchResult> => run('bench/soak/main.ts', args);

export const chaos = (...args: readonly string[]): Promise<BenchResult> => run('bench/chaos/main.ts', args);
