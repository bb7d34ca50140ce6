/** The values that settings of the environment may have, with what is wrong with those that they may not have. */
import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';

/** An address with one of these protocols; `meaning` completes "must be". */
export const urlWith = (protocols: readonly string[], meaning: string) =>
  z.string().refine((address) => URL.canParse(address) && protocols.includes(new URL(address).protocol), {
    error: `must be ${meaning}`,
  });

const isPlainX = ({ protocol, hostname }: URL): boolean =>
  protocol === 'http:' && /(^|\.)(x|twitter|twimg)\.com$/.test(hostname);

/** An address without a path: `x-ads/` adds X's paths. */
export const origin = urlWith(['http:', 'https:'], 'an address that begins with https:// (or http:// for a simulator)')
  .refine((address) => !URL.canParse(address) || ['', '/'].includes(new URL(address).pathname), {
    error: 'must not have a path',
  })
  .refine((address) => !URL.canParse(address) || !isPlainX(new URL(address)), {
    error: 'must use https:// for X itself',
  })
  .transform((address) => new URL(address).origin);

export const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a port: a whole number up to 65535' })
  .transform(Number)
  .refine((number) => number <= 65_535, { error: 'must be a port: a whole number up to 65535' });

const list = z.string().transform((entries): readonly string[] => entries.split(',').map((entry) => entry.trim()));

const isNetwork = (entry: string): boolean => {
  const [address = '', bits, ...others] = entry.split('/');
  const longest = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return others.length === 0 && longest > 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= longest));
};
export const networks = list.refine((entries) => entries.every(isNetwork), {
  error: 'must be addresses or networks, separated by commas',
});

/** Finds typing errors only: whether mail arrives, the mail server knows. */
const isMailAddress = (address: string): boolean => /^([^<>,]*<)?[^\s<>@,]+@[^\s<>@,]+>?$/.test(address);
export const mailAddress = z.string().refine(isMailAddress, { error: 'must be a mail address' });
export const mailAddresses = list.refine((entries) => entries.every(isMailAddress), {
  error: 'must be mail addresses, separated by commas',
});

/** Of mail addresses: what is behind the @. */
export const domains = list
  .transform((entries) => entries.map((entry) => entry.toLowerCase()))
  .refine((entries) => entries.every((entry) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(entry)), {
    error: 'must be domains, separated by commas',
  });

const keyBytes = 32;
/** The words of a file, one empty word for an empty file; undefined where it cannot be read. */
const wordsOf = (path: string): readonly (string | undefined)[] => {
  try {
    const words = readFileSync(path, 'utf8')
      .split(/\s+/)
      .filter((word) => word !== '');
    return words.length === 0 ? [''] : words;
  } catch {
    return [undefined];
  }
};

/** Keys in base64, or `file:` and a path, separated by commas. A file may hold several, one a line. */
export const keys = z.string().transform((entries, context): readonly Buffer[] => {
  const found: Buffer[] = [];
  for (const entry of entries.split(',').map((part) => part.trim())) {
    for (const encoded of entry.startsWith('file:') ? wordsOf(entry.slice('file:'.length)) : [entry]) {
      const key = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
      if (key?.length === keyBytes) found.push(key);
      else if (key === undefined)
        context.addIssue({ code: 'custom', message: `names a file that cannot be read: ${entry}` });
      else
        context.addIssue({
          code: 'custom',
          message: `must hold keys of ${keyBytes} bytes in base64; one has ${key.length}`,
        });
    }
  }
  return found;
});
