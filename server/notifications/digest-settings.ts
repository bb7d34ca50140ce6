/** What a person sees of their weekly digest. */
import { z } from 'zod';
import { digestsOf } from '../../store/people/digests.js';
import type { RouteContext } from '../route.js';
import { permissionShape } from '../shapes.js';
import { personOf } from '../sign-in.js';

export const digestShape = z.strictObject({
  email: z.boolean(),
  /** Whether mail can be sent from here. */
  mail: permissionShape,
  /** A hook is told by its host; its address is shown to nobody again. */
  webhookHost: z.string().exactOptional(),
  /** Why the last try failed. */
  troubles: z.array(z.strictObject({ channel: z.enum(['email', 'webhook']), trouble: z.string() })),
});

export const readDigest = async ({
  db,
  viewer,
  asker,
  options,
}: RouteContext): Promise<z.output<typeof digestShape>> => {
  const rows = await digestsOf(db, { workspaceId: viewer.workspaceId, personId: personOf(asker).person.id });
  const host = rows.find(({ channel }) => channel === 'webhook')?.webhookHost;
  return {
    email: rows.some(({ channel }) => channel === 'email'),
    mail:
      options.mail === undefined
        ? { allowed: false, reason: 'The operator has set no mail server (SMTP_URL).' }
        : { allowed: true },
    ...(typeof host === 'string' ? { webhookHost: host } : {}),
    troubles: rows.flatMap(({ channel, trouble }) => (trouble === null ? [] : [{ channel, trouble }])),
  };
};
