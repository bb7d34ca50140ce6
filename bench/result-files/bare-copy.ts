import { pipeline } from 'node:stream/promises';
import pLimit from 'p-limit';
import { from as copyFrom } from 'pg-copy-streams';
import { CopyBuffer } from '../../store/facts/copy-buffer.js';
import { factColumns, factLines } from '../../store/facts/fact-lines.js';
import type { Db } from '../../store/pool.js';
import { ACCOUNT } from './ready-jobs.js';
import { type BenchFile, LEVEL, PLACEMENT } from './result-file.js';

/** Landing's own number of files at once. */
const AT_ONCE = 8;

/** The rows of each file as the text that COPY reads: made before the clock starts. */
export const serialise = (files: readonly BenchFile[], observedAt: string): readonly Buffer[] =>
  files.map(({ series }, index) => {
    const context = {
      accountId: ACCOUNT,
      level: LEVEL,
      placement: PLACEMENT,
      metricSet: 'standard',
      receiptId: index + 1,
      observedAt,
    } as const;
    return factLines(series, context, new CopyBuffer(1_000_000));
  });

/** What landing is compared with: one COPY in one transaction per file, and nothing else. */
export const bareCopy = async (db: Db, files: readonly Buffer[]): Promise<void> => {
  const sql = `copy importer.facts (${factColumns('standard').join(', ')}) from stdin`;
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    files.map((file) =>
      limit(() => db.transaction(async (client) => await pipeline([file], client.query(copyFrom(sql))))),
    ),
  );
};
