import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import postcssPresetMantine from 'postcss-preset-mantine';
import { build } from 'vite';

/*
 * Builds what the browser loads. The server puts a nonce of its own for each answer where `index.html` has `__NONCE__`;
 * all other files have a hash in their names, or never change. Each is there compressed too.
 */

const folder = dirname(fileURLToPath(import.meta.url));
const lockFile = join(dirname(folder), 'package-lock.json');
/** The hash of what a folder was built from. */
const STAMP = 'sources.txt';

const filesBelow = (root: string): readonly string[] =>
  readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();

const hashOfSources = (): string => {
  const hash = createHash('sha256');
  for (const file of [...filesBelow(folder), lockFile]) {
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
};

const stampOf = (outDir: string): string | undefined => {
  try {
    return readFileSync(join(outDir, STAMP), 'utf8');
  } catch {
    return undefined;
  }
};

const compress = async (outDir: string): Promise<void> => {
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
  await Promise.all(
    filesBelow(outDir)
      .filter((file) => /\.(js|css|svg)$/.test(file))
      .map(async (file) => {
        const content = readFileSync(file);
        writeFileSync(`${file}.br`, await promisify(brotliCompress)(content, quality));
        writeFileSync(`${file}.gz`, await promisify(gzip)(content));
      }),
  );
};

/** Moves what was built to `outDir`; false where somebody else has put the same there meanwhile. */
const putInPlace = (built: string, outDir: string, hash: string): boolean => {
  const old = `${built}.old`;
  try {
    while (stampOf(outDir) !== hash) {
      rmSync(old, { recursive: true, force: true });
      try {
        // As a whole: a folder that is emptied is no longer one that can be moved away, and others may do the same.
        if (existsSync(outDir)) renameSync(outDir, old);
        renameSync(built, outDir);
        return true;
      } catch (error) {
        if (!['ENOENT', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    return false;
  } finally {
    for (const folder of [built, old]) rmSync(folder, { recursive: true, force: true });
  }
};

/**
 * Builds the console into `outDir`, in place of what is there; nothing is done where the folder was built from these sources.
 * Returns whether it was built.
 */
export const buildConsole = async (outDir: string): Promise<boolean> => {
  const hash = hashOfSources();
  if (stampOf(outDir) === hash) return false;
  // Also where tests build it: React is several times larger and slower as it is developed with.
  process.env['NODE_ENV'] = 'production';
  // Whoever is served from the folder meanwhile, or builds it too, sees a whole console only.
  const unfinished = `${resolve(outDir)}.${process.pid}`;
  await build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    plugins: [react()],
    css: { postcss: { plugins: [postcssPresetMantine()] } },
    html: { cspNonce: '__NONCE__' },
    // An icon as a `data:` address would need a wider content security policy.
    build: { outDir: unfinished, emptyOutDir: true, assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  });
  await compress(unfinished);
  writeFileSync(join(unfinished, STAMP), hash);
  return putInPlace(unfinished, outDir, hash);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildConsole(process.argv[2] ?? 'dist/console');
