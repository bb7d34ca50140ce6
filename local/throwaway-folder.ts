import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ThrowawayFolder extends Disposable {
  readonly path: string;
}

/** Makes a temporary folder that Postgres' own user may enter. Disposal deletes it with its contents. */
export const throwawayFolder = (): ThrowawayFolder => {
  const path = mkdtempSync(join(tmpdir(), 'x-ads-importer-'));
  chmodSync(path, 0o711);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};
