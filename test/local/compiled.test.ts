import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compiled } from '../../local/compiled.mjs';
import { repositoryFolder } from '../../local/processes.js';
import { throwawayFolder } from '../../local/throwaway-folder.js';

it('is the command line of the sources as they are: what has changed is compiled anew, and nothing else', async () => {
  using folder = throwawayFolder();
  symlinkSync(join(repositoryFolder, 'node_modules'), join(folder.path, 'node_modules'));
  mkdirSync(join(folder.path, 'cli'));
  writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}');
  const write = (name: string, text: string): void => writeFileSync(join(folder.path, 'cli', name), text);
  write('main.ts', `import { word } from './word.js'; export const said: string = word;`);
  write('word.ts', `export const word: string = 'one';`);

  const main = await compiled(folder.path, 'cli/main.ts');
  const word = join(main, '..', 'word.js');
  expect(readFileSync(main, 'utf8')).not.toContain(': string');
  expect(readFileSync(word, 'utf8')).toContain('"one"');
  writeFileSync(main, 'export const said = "not compiled again";');
  write('word.ts', `export const word: string = 'another';`);
  expect(await compiled(folder.path, 'cli/main.ts')).toBe(main);
  expect(readFileSync(word, 'utf8')).toContain('"another"');
  expect(readFileSync(main, 'utf8')).toContain('not compiled again');
});
