import { ImporterError } from '../client/errors.js';
import type { ErrorDocument } from './documents.js';
import type { Io, Streams } from './io.js';
import { nextStepText } from './next-step.js';
import { escapeControls, showControlsInLines } from './text/controls.js';

/** Results go to stdout, one document; everything that is said on the way goes to stderr, so that pipes stay clean. */
export interface CommandOutput {
  /** Prints JSON, and nothing but one document. */
  readonly json: boolean;
  result(value: unknown, human: string): void;
  note(text: string): void;
  error(error: unknown): void;
  /** An error that is no exception: wrong usage. */
  refusal(error: ErrorDocument['error']): void;
}

const refusalOf = (error: unknown): ErrorDocument['error'] => {
  if (error instanceof ImporterError) {
    const { code, message, nextStep } = error;
    return { code, message, ...(nextStep === undefined ? {} : { nextStep }) };
  }
  return { code: 'unexpected', message: error instanceof Error ? error.message : String(error) };
};

const documentOf = (value: unknown): string => escapeControls(JSON.stringify(value, undefined, 2));

export const createOutput = ({ stdout, stderr, place }: Streams & Pick<Io, 'place'>, json: boolean): CommandOutput => {
  const note = (text: string): void => {
    stderr.write(`${showControlsInLines(text)}\n`);
  };
  const refusal = (error: ErrorDocument['error']): void => {
    const document: ErrorDocument = { error };
    if (json) stdout.write(`${documentOf(document)}\n`);
    const step = error.nextStep === undefined ? '' : `\n→ ${nextStepText(error.nextStep, place)}`;
    note(`✗ ${error.message}${step}`);
  };
  return {
    json,
    result: (value, human) => {
      stdout.write(`${json ? documentOf(value) : showControlsInLines(human.trimEnd())}\n`);
    },
    note,
    error: (error) => refusal(refusalOf(error)),
    refusal,
  };
};
