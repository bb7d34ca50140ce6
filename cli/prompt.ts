import { createInterface, type Interface } from 'node:readline';
import { ImporterError, InvalidChoice } from '../client/errors.js';
import type { Io } from './io.js';
import { nextStepText } from './next-step.js';

/** Prompts on the terminal. */
export interface Prompter {
  prompt(question: string): Promise<string>;
  /** Prompts until the answer can be read, and says why each one cannot. */
  promptUntil<T>(question: string, read: (answer: string) => T): Promise<T>;
  close(): void;
}

/**
 * One reader for all questions of a command: lines that were typed ahead, or piped in, answer the later ones. The
 * questions go to stderr, so that stdout stays one document.
 */
export const createPrompter = ({
  stdin,
  stderr,
  interactive,
  place,
}: Pick<Io, 'stdin' | 'stderr' | 'interactive' | 'place'>): Prompter => {
  let lines: Interface | undefined;
  let typed: AsyncIterator<string> | undefined;

  const open = (): AsyncIterator<string> => {
    lines = createInterface({ input: stdin, output: stderr, terminal: interactive });
    // Ctrl-C at a question ends the command, as everywhere else.
    lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    return lines[Symbol.asyncIterator]();
  };
  const prompt = async (question: string): Promise<string> => {
    typed ??= open();
    stderr.write(question);
    const answer = await typed.next();
    // The end of the input ends the questions: a pipe without an answer would wait for ever.
    if (answer.done === true) throw new InvalidChoice('The input ended before the question was answered.');
    return answer.value;
  };
  return {
    prompt,
    promptUntil: async (question, read) => {
      for (;;) {
        const answer = await prompt(question);
        try {
          return read(answer);
        } catch (error) {
          if (!(error instanceof ImporterError)) throw error;
          stderr.write(
            `✗ ${error.message}${error.nextStep === undefined ? '' : ` ${nextStepText(error.nextStep, place)}`}\n`,
          );
        }
      }
    },
    close: () => lines?.close(),
  };
};
