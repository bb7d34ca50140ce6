// A string, or an integer of at least sixteen digits, which a double may round.
const STRING_OR_LONG_INTEGER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.])-?\d{16,}(?![\d.eE])/gs;
const MAY_HAVE_LONG_INTEGER = /[[:,\s]-?\d{16}/;

/**
 * `JSON.parse`, except that integers beyond a double's precision become strings of their digits: X writes job and tweet
 * ids as int64 numbers (docs/x-ads-api.md §1).
 *
 * @throws {SyntaxError} for what is not JSON.
 */
export const parseJson = (text: string): unknown => {
  if (!MAY_HAVE_LONG_INTEGER.test(text)) return JSON.parse(text);
  const exact = text.replaceAll(STRING_OR_LONG_INTEGER, (token) =>
    token.startsWith('"') || Number.isSafeInteger(Number(token)) ? token : `"${token}"`,
  );
  return JSON.parse(exact);
};
