import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Recorded histories lie beside this file: `<shape>.json`, proto3 JSON with the payloads as they were. */
const folder = fileURLToPath(new URL('.', import.meta.url));

export interface Recording {
  readonly shape: string;
  readonly history: unknown;
}

export const readRecordings = (): readonly Recording[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({
      shape: name.replace(/\.json$/, ''),
      history: JSON.parse(readFileSync(`${folder}${name}`, 'utf8')) as unknown,
    }));

/** Who ran it and where its code lay is of no use for a replay, and nobody's business. */
const PRIVATE: ReadonlySet<string> = new Set(['identity', 'stackTrace', 'binaryChecksum']);

const anonymous = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(anonymous);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, PRIVATE.has(name) ? '' : anonymous(part)]),
  );
};

/** Keeps a history for replay, when `npx tsx test/replay/record.ts` asked for it. */
export const recordHistory = (shape: string, json: string): void => {
  if (process.env['RECORD_HISTORIES'] === undefined) return;
  writeFileSync(`${folder}${shape}.json`, `${JSON.stringify(anonymous(JSON.parse(json)), null, 1)}\n`);
};
