import { ImporterError } from '../../client/errors.js';
import type { Importer } from '../../client/importer.js';

/*
 * Names come from X and from people, and a terminal obeys what is in them: it clears the screen, writes the clipboard, turns
 * the direction of a line. So no control character of theirs reaches it.
 */

/** Controls, and what ends a line or turns its direction. Joiners stay: emoji and several scripts need them. */
const CONTROL = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

const escaped = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** The symbol that Unicode has for a control character, such as ␛, else its number. */
const symbolOf = (character: string): string => {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '␡' : escaped(character);
};

export const showControls = (text: string): string => text.replace(CONTROL, symbolOf);

/** The same for what is a text of ours with its own line breaks. */
export const showControlsInLines = (text: string): string => text.split('\n').map(showControls).join('\n');

/** JSON in which they are escaped; `JSON.stringify` escapes the first 32 only. */
export const escapeControls = (json: string): string =>
  json
    .split('\n')
    .map((line) => line.replace(CONTROL, escaped))
    .join('\n');

/** The same value with the controls in its texts shown as symbols. */
export const showControlsIn = <T>(value: T): T => {
  const show = (part: unknown): unknown => {
    if (typeof part === 'string') return showControls(part);
    if (Array.isArray(part)) return part.map(show);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [showControls(key), show(each)]));
  };
  return show(value) as T;
};

/** Progress is shown, too. */
const showProgress = (option: unknown): unknown => {
  if (typeof option !== 'object' || option === null || !('onProgress' in option)) return option;
  const { onProgress } = option;
  if (typeof onProgress !== 'function') return option;
  return { ...option, onProgress: (seen: unknown): unknown => onProgress(showControlsIn(seen)) as unknown };
};

/** An importer for people: whatever it answers or throws is safe to print in a terminal. */
export const forPeople = (importer: Importer): Importer =>
  new Proxy(importer, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...given: readonly unknown[]): Promise<unknown> => {
        try {
          return showControlsIn(await (method.apply(target, given.map(showProgress)) as Promise<unknown>));
        } catch (error) {
          if (error instanceof ImporterError)
            Object.assign(error, { message: showControls(error.message), nextStep: showControlsIn(error.nextStep) });
          throw error;
        }
      };
    },
  });
