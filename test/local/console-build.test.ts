import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { throwawayFolder } from '../../local/throwaway-folder.js';

test('two builds of the console at once leave one whole console', async () => {
  using folder = throwawayFolder();
  const build = () =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'console/build.ts', join(folder.path, 'console')]);
  await Promise.all([build(), build()]);
  expect(readdirSync(folder.path)).toEqual(['console']);
  const files = readdirSync(join(folder.path, 'console'));
  expect(files).toEqual(expect.arrayContaining(['assets', 'index.html', 'sources.txt']));
});
