import type { Writable } from 'node:stream';
import { ImporterError } from '../client/errors/importer-error.js';

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** Results go to stdout, one document; everything that is said on the way goes to stderr, so that pipes stay clean. */
export interface Output {
  /** Prints JSON, and nothing but one document. */
  readonly json: boolean;
  result(value: unknown, human: string): void;
  note(text: string): void;
  error(error: unknown): void;
}

/** What a program reads of an error. */
export const errorDocument = (
  error: unknown,
): { readonly error: { readonly code: string; readonly message: string; readonly nextStep?: string } } => {
  if (error instanceof ImporterError) {
    const { code, message, nextStep } = error;
    return { error: { code, message, ...(nextStep === undefined ? {} : { nextStep }) } };
  }
  return { error: { code: 'unexpected', message: error instanceof Error ? error.message : String(error) } };
};

export const createOutput = ({ stdout, stderr }: Streams, json: boolean): Output => ({
  json,
  result: (value, human) => {
    stdout.write(`${json ? JSON.stringify(value, undefined, 2) : human.trimEnd()}\n`);
  },
  note: (text) => {
    stderr.write(`${text}\n`);
  },
  error: (error) => {
    const document = errorDocument(error);
    if (json) stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
    const { message, nextStep } = document.error;
    stderr.write(`✗ ${message}\n${nextStep === undefined ? '' : `→ ${nextStep}\n`}`);
  },
});
