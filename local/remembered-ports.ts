import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Ports = Partial<Record<'postgres' | 'temporal' | 'ui' | 'codec' | 'simulator' | 'server', number>>;

/** Ports of the last start: bookmarks and scripts stay valid. An unreadable file counts as a first start. */
export const recallPorts = (file: string): Ports => {
  if (!existsSync(file)) return {};
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof found !== 'object' || found === null) return {};
    return Object.fromEntries(
      Object.entries(found).filter(([, port]) => Number.isInteger(port) && port > 0 && port < 65_536),
    );
  } catch {
    return {};
  }
};

export const rememberPorts = (file: string, ports: Ports): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
};
