import { z } from 'zod';
import { BackupRefused } from './refused.js';

/*
 * A backup is a gzip file of frames: a letter, the length of what follows in four bytes, and that. `J` is JSON: the header
 * first, the end of each table with its count and checksum, the end of all last. `D` is a part of what Postgres' COPY wrote
 * of the table that is next in the header.
 */

export const FORMAT = 'x-ads-importer backup';
export const FORMAT_VERSION = 1;

const headerShape = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** What must be kept apart from the file. */
  keys: z.string(),
  /** The ids of the keys that opened the secrets when it was made. */
  sealedWith: z.array(z.string()),
  createdAt: z.string(),
  postgres: z.string(),
  migrations: z.array(z.string()),
  /** Of the partitions: the first day of each month. */
  months: z.array(z.string()),
  /** In an order in which none refers to a later one. Names and columns are quoted where SQL needs it. */
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(z.object({ name: z.string(), last: z.string(), called: z.boolean() })),
});
export type BackupHeader = z.infer<typeof headerShape>;

const tableEndShape = z.object({ table: z.string(), rows: z.number(), sha256: z.string() });
export type TableEnd = z.infer<typeof tableEndShape>;

const endShape = z.object({ tables: z.number(), rows: z.number() });
export type BackupEnd = z.infer<typeof endShape>;

const HEAD_BYTES = 5;
const MAXIMUM_BYTES = 2 ** 30;
const [JSON_FRAME, DATA_FRAME] = [0x4a, 0x44];

const frame = (kind: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(payload.length, 1);
  return Buffer.concat([head, payload]);
};

export const jsonFrame = (content: BackupHeader | TableEnd | BackupEnd): Buffer =>
  frame(JSON_FRAME, Buffer.from(JSON.stringify(content)));
export const dataFrame = (bytes: Buffer): Buffer => frame(DATA_FRAME, bytes);

export type Frame =
  | { readonly kind: 'data'; readonly bytes: Buffer }
  | { readonly kind: 'json'; readonly text: string };

/** Reads frames. @throws {BackupRefused} where the bytes end within one, or are none */
export async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Frame, void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < HEAD_BYTES) break;
      const [kind, length] = [held.readUInt8(0), held.readUInt32BE(1)];
      if ((kind !== JSON_FRAME && kind !== DATA_FRAME) || length > MAXIMUM_BYTES) throw new BackupRefused('damaged');
      if (held.length < HEAD_BYTES + length) break;
      const payload = held.subarray(HEAD_BYTES, HEAD_BYTES + length);
      held = held.subarray(HEAD_BYTES + length);
      yield kind === DATA_FRAME ? { kind: 'data', bytes: payload } : { kind: 'json', text: payload.toString('utf8') };
    }
  }
  if (held.length > 0) throw new BackupRefused('damaged');
}

const parsed = <T>(shape: z.ZodType<T>, next: Frame | undefined, why: 'no_backup' | 'damaged'): T => {
  if (next?.kind !== 'json') throw new BackupRefused(why);
  try {
    return shape.parse(JSON.parse(next.text));
  } catch (error) {
    throw new BackupRefused(why, undefined, error);
  }
};

export const headerIn = (next: Frame | undefined): BackupHeader => parsed(headerShape, next, 'no_backup');
export const tableEndIn = (next: Frame | undefined): TableEnd => parsed(tableEndShape, next, 'damaged');
export const endIn = (next: Frame | undefined): BackupEnd => parsed(endShape, next, 'damaged');
