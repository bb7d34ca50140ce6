/*
 * Keeps everything that looks like a secret out of the log, at any depth. No code is meant to log a secret; this is for
 * the code that does so by mistake.
 */

const CENSORED = '[redacted]';
const MAX_DEPTH = 8;

/**
 * Names of fields that are never printed. Temporal's task tokens are among them: with one, anybody can end an activity.
 */
const SECRET_FIELD =
  /token|secret|verifier|authorization|password|passwd|cookie|signature|consumer_?key|importer_?key|payload_?key|sealed/i;

const SECRET_TEXT: readonly (readonly [RegExp, string])[] = [
  // OAuth parameters, in headers, forms and addresses.
  [/(oauth_(?:token|token_secret|verifier|signature|consumer_key)\W{1,4})[^\s"'&,;]+/gi, `$1${CENSORED}`],
  [/\b((?:OAuth|Bearer|Basic)\s+)(?:[A-Za-z0-9+/_~.-]{16,}=*)/g, `$1${CENSORED}`],
  // X's access tokens: the user's id, a dash, and forty characters.
  [/\b\d{1,20}-[A-Za-z0-9]{20,}\b/g, CENSORED],
  // The user and password of an address, such as Postgres' or a mail server's.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, `$1${CENSORED}@`],
];

export const redactText = (text: string): string =>
  SECRET_TEXT.reduce((soFar, [pattern, replacement]) => soFar.replace(pattern, replacement), text);

const fieldsOfError = (error: Error): Record<string, unknown> => ({
  ...Object.fromEntries(Object.entries(error)),
  type: error.name,
  message: error.message,
  ...(error.stack === undefined ? {} : { stack: error.stack }),
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** A copy that can be printed: secret fields and texts replaced, circular and very deep parts cut off. */
export const redact = (value: unknown, depth = 0, above: readonly object[] = []): unknown => {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circle]';
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Date) return value.toISOString();
  // Bytes are encrypted or encoded: nobody can read them in a log.
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  const inside = [...above, value];
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1, inside));
  const fields =
    value instanceof Error ? fieldsOfError(value) : value instanceof Map ? Object.fromEntries(value) : value;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      SECRET_FIELD.test(name) ? CENSORED : redact(field, depth + 1, inside),
    ]),
  );
};
