import { expect, test } from 'vitest';
import { escapeControls, showControlsIn } from '../../cli/text/controls.js';

/** Clears the screen, writes the clipboard, forges a line, turns the direction, and an emoji of several parts. */
const HOSTILE = 'a\u001b[2J\u001b]52;c;aGk=\u0007\n✓ done\r\u007f\u009b31m\u202egpj.exe\u2028\0 👩‍👩‍👧';

test('control characters of a name are shown as symbols to people', () => {
  const [shown] = showControlsIn([{ name: HOSTILE, sizes: [1, null, true] }]);
  expect(shown?.name).toBe('a␛[2J␛]52;c;aGk=␇␊✓ done␍␡\\u009b31m\\u202egpj.exe\\u2028␀ 👩‍👩‍👧');
  expect(shown?.sizes).toEqual([1, null, true]);
});

test('in JSON they are escaped, and reading it gives the very name back', () => {
  const json = escapeControls(JSON.stringify({ name: HOSTILE }, undefined, 2));
  expect(json).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202e]/u);
  expect(JSON.parse(json)).toEqual({ name: HOSTILE });
});
