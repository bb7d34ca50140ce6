import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { repositoryFolder } from './processes.js';

export interface Check {
  readonly name: string;
  /** Arguments of Node itself. */
  readonly args: readonly string[];
}

const tool = (name: string, ...args: string[]): readonly string[] => [join('node_modules', name), ...args];

/** What must hold before a test is worth running. */
export const checks: readonly Check[] = [
  { name: 'types', args: tool('typescript/bin/tsc', '--noEmit') },
  { name: 'lint', args: tool('oxlint/bin/oxlint', '--deny-warnings') },
  { name: 'format', args: tool('oxfmt/bin/oxfmt', '--check', '.') },
  // Fails on any module that does not belong into a workflow.
  { name: 'workflow bundle', args: ['--import', 'tsx', join('local', 'bundle-workflows.ts')] },
];

export interface CheckResult {
  readonly passed: boolean;
  readonly output: string;
}

export const runCheck = async ({ args }: Check): Promise<CheckResult> => {
  const child = spawn(process.execPath, args, { cwd: repositoryFolder, stdio: ['ignore', 'pipe', 'pipe'] });
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
