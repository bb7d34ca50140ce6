/**
 * Records the histories of this folder anew, by the tests that live through every shape of every workflow:
 *
 *     npx tsx test/replay/record.ts
 *
 * A change of a workflow that replays the old histories needs no recording. One that does not must be patched (`patched`
 * of `@temporalio/workflow`), so that running workflows survive it; then the old file stays under a name that says what
 * it is the shape of, and the new one is recorded beside it.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const shapes = ['test/workflows/histories.test.ts', 'test/workflows/continue-as-new.test.ts'];

const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'slow', ...shapes], {
  cwd: fileURLToPath(new URL('../..', import.meta.url)),
  env: { ...process.env, RECORD_HISTORIES: '1' },
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
