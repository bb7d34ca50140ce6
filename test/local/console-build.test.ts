import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { throwawayFolder } from '../../local/throwaway-folder.js';

test('builds of the console at once leave one whole console in place of an older one', async () => {
  using folder = throwawayFolder();
  const build = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'console/build.ts', join(folder.path, 'console')]);
  // What was there before is of other sources.
  mkdirSync(join(folder.path, 'console'));
  writeFileSync(join(folder.path, 'console', 'sources.txt'), 'older');
  await Promise.all([build(), build(), build()]);
  expect(readdirSync(folder.path)).toEqual(['console']);
  const files = readdirSync(join(folder.path, 'console'));
  expect(files).toEqual(expect.arrayContaining(['assets', 'index.html', 'sources.txt']));
});
