import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from './processes.js';
import { elapsed } from './progress.js';

/** A tool that judges the source and answers by its exit code. */
export interface SourceCheck {
  readonly name: string;
  /** Arguments of Node itself. */
  readonly args: readonly string[];
}

const tool = (name: string, ...args: string[]): readonly string[] => [join('node_modules', name), ...args];

/** What must hold before a test is worth its time. */
export const sourceChecks: readonly SourceCheck[] = [
  // The linter knows the types, so the compiler's own errors cost little more there than alone.
  { name: 'types and lint', args: tool('oxlint/bin/oxlint', '--deny-warnings', '--type-check') },
  { name: 'format', args: tool('oxfmt/bin/oxfmt', '--check', '.') },
];

/** Tests that need no server. Among them the workflows are bundled, which fails on a module that must not be part of one. */
export const unitTests: SourceCheck = {
  name: 'unit tests',
  args: tool('vitest/vitest.mjs', 'run', '--project=unit'),
};

interface Verdict {
  readonly passed: boolean;
  readonly output: string;
}

const run = async ({ args }: SourceCheck, env: NodeJS.ProcessEnv): Promise<Verdict> => {
  const child = spawn(process.execPath, args, { cwd: repositoryFolder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  child.stderr.on('data', (part: Buffer) => parts.push(part));
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      parts.push(Buffer.from(error.message));
      resolve(null);
    });
    child.once('close', resolve);
  });
  return { passed: code === 0, output: Buffer.concat(parts).toString('utf8') };
};

/** Runs the checks beside each other and prints each result, with the output of those that failed. Returns how many failed. */
export const runChecks = async (
  checks: readonly SourceCheck[],
  print: (text: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number> => {
  const results = await Promise.all(
    checks.map(async (check) => {
      const since = Date.now();
      const { passed, output } = await run(check, env);
      print(`${passed ? '✓' : '✗'} ${check.name} (${elapsed(since)})`);
      if (!passed) print(output);
      return passed;
    }),
  );
  return results.filter((passed) => !passed).length;
};
