// Completes package-lock.json with the native packages of every platform: `node ops/complete-lockfile.mjs`.
//
// Why: where a registry mirror lags behind on another platform's binaries, npm leaves those optional packages out of
// the lock file, and `npm ci` then refuses the whole file as out of sync. The entries written here name exactly the
// versions that their parents ask for; npm skips the foreign ones by `os` and `cpu` without asking any registry.
// Run it after `npm install` of something that has native binaries, when `npm ci` says `Missing: … from lock file`.
import { readFileSync, writeFileSync } from 'node:fs';

const systems = ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony', 'netbsd', 'openbsd', 'sunos', 'aix'];
const processors = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64', 'mips64el'];

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** Node's own look-up: the nearest node_modules folder upwards that has the package. */
const isLocked = (dependent, name) => {
  for (let folder = dependent; ;) {
    if (lock.packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
    const parent = folder.lastIndexOf('node_modules/');
    folder = parent <= 0 ? '' : folder.slice(0, parent - 1);
  }
};

const libcOf = (name) => {
  if (/musl(eabi|eabihf)?$/.test(name)) return ['musl'];
  return /linux.*gnu(eabihf)?$/.test(name) ? ['glibc'] : [];
};

const added = [];
for (const [dependent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    if (isLocked(dependent, name)) continue;
    const words = name.split(/[-/@]/);
    const os = words.filter((word) => systems.includes(word));
    const cpu = words.filter((word) => processors.includes(word));
    const libc = libcOf(name);
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(cpu.length > 0 && { cpu }),
      ...(dev && { dev }),
      ...(libc.length > 0 && { libc }),
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added.push(name);
  }
}

lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en')));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(added.length === 0 ? 'package-lock.json is complete.' : `Added ${added.length}: ${added.join(', ')}`);
