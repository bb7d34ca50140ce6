import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ThrowawayFolder extends Disposable {
  readonly path: string;
}

/** A folder to be thrown away, which Postgres' own user may enter, deleted with all that it holds. */
export const throwawayFolder = (): ThrowawayFolder => {
  const path = mkdtempSync(join(tmpdir(), 'x-ads-importer-'));
  chmodSync(path, 0o711);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
};
