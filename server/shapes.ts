import { z } from 'zod';
import { instantShape } from '../client/shapes.js';

const NAME_LENGTH = 200;

/** Of people, teams and keys. Postgres stores no NUL. */
export const nameShape = z
  .string()
  .trim()
  .min(1, { error: 'Give a name.' })
  .max(NAME_LENGTH, { error: `A name has at most ${NAME_LENGTH} characters.` })
  .refine((name) => !name.includes('\0'), { error: 'A name has no NUL characters.' });

export const emailShape = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, { error: 'A mail address has at most 254 characters.' })
  .pipe(z.email({ error: 'This is not a mail address.' }));

export const roleShape = z.enum(['owner', 'admin', 'member', 'viewer']);
export const teamNameShape = z.strictObject({ id: z.guid(), name: z.string() });
export const permissionShape = z.union([
  z.strictObject({ allowed: z.literal(true) }),
  z.strictObject({ allowed: z.literal(false), reason: z.string() }),
]);
export const linkShape = z.strictObject({ link: z.string(), expiresAt: instantShape });
