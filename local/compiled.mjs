// The command line as JavaScript, compiled once for each version of its sources: reading TypeScript costs more than most
// commands. Plain JavaScript, since `bootstrap.mjs` is.
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Folders that the command line does not load. */
const others = new Set([
  'bench',
  'console',
  'dist',
  'docs',
  'local',
  'node_modules',
  'ops',
  'server',
  'simulator',
  'test',
]);
/** What the sources read beside themselves. */
const resources = ['store/migrations', 'store/views'];

const sourcesIn = (root, folder = '') =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name.startsWith('.') || others.has(path) ? [] : sourcesIn(root, path);
    return path.endsWith('.ts') && !path.endsWith('.config.ts') ? [path] : [];
  });

const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** Commands that run at the same time read whole files only. */
const write = (file, text) => {
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
};

/**
 * Compiles what has changed of the sources below `root`, and returns the file of `entry` as JavaScript.
 * @throws where the sources cannot be compiled, or nothing can be written
 */
export const compiled = async (root, entry) => {
  const folder = join(root, '.data', 'compiled');
  const manifest = join(folder, 'sources.json');
  const known = JSON.parse(read(manifest) || '{}');
  const present = Object.fromEntries(
    sourcesIn(root).map((path) => {
      const { mtimeMs, size } = statSync(join(root, path));
      return [path, `${mtimeMs} ${size}`];
    }),
  );
  const changed = Object.keys(present).filter((path) => present[path] !== known[path]);
  if (changed.length > 0) {
    const { transform } = await import(pathToFileURL(join(root, 'node_modules', 'esbuild', 'lib', 'main.js')).href);
    const options = { loader: 'ts', format: 'esm', target: 'node20' };
    await Promise.all(
      changed.map(async (path) => {
        const { code } = await transform(readFileSync(join(root, path), 'utf8'), { ...options, sourcefile: path });
        write(join(folder, path.replace(/\.ts$/, '.js')), code);
      }),
    );
    for (const path of resources) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      try {
        symlinkSync(join(root, path), join(folder, path), 'junction');
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
    }
    copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
    write(manifest, JSON.stringify(present));
  }
  return join(folder, entry.replace(/\.ts$/, '.js'));
};
