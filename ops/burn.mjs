// Keeps processors busy until Ctrl-C, to run tests on a machine under load: `node ops/burn.mjs 4`.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 1);
if (!Number.isInteger(count) || count < 0) {
  process.stderr.write('Say how many processes: node ops/burn.mjs 4\n');
  process.exit(1);
}
// A child gets 0 and its parent's process id, and ends with its parent.
if (count === 0) {
  const parent = Number(process.argv[3]);
  while (process.ppid === parent) for (let i = 0; i < 1e7; i += 1) Math.sqrt(i);
}
for (let i = 0; i < count; i += 1) fork(fileURLToPath(import.meta.url), ['0', `${process.pid}`]);
