import { createInterface } from 'node:readline/promises';
import type { Io } from './cli.js';
import { ImporterError } from './errors/importer-error.js';
import { InvalidChoice } from './errors/invalid-choice.js';

/** Asks on the terminal; the question goes to stderr, so that stdout stays one document. */
export const ask = async ({ stdin, stderr }: Io, question: string): Promise<string> => {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    // The end of the input ends the question: otherwise a pipe without an answer would wait for ever.
    const closed = new Promise<never>((_resolve, reject) => {
      lines.once('close', () => reject(new InvalidChoice('The input ended before the question was answered.')));
    });
    return await Promise.race([lines.question(question), closed]);
  } finally {
    lines.close();
  }
};

/** Asks until the answer can be read; each refusal is told. */
export const askUntil = async <T>(io: Io, question: string, read: (answer: string) => T): Promise<T> => {
  for (;;) {
    const answer = await ask(io, question);
    try {
      return read(answer);
    } catch (error) {
      if (!(error instanceof ImporterError)) throw error;
      io.stderr.write(`✗ ${error.message}${error.nextStep === undefined ? '' : ` ${error.nextStep}`}\n`);
    }
  }
};
