import { z } from 'zod';
import { saveDigest } from '../../store/people/digests.js';
import { invalidField } from '../errors.js';
import { digestShape, readDigest } from '../notifications/digest-settings.js';
import { requireHook } from '../notifications/settings.js';
import { defineRoute } from '../route.js';
import { personOf } from '../sign-in.js';

export const putDigest = defineRoute({
  name: 'putDigest',
  method: 'PUT',
  path: '/me/digest',
  access: 'own_account',
  summary: 'Sets whether and where one is told of each week of Ad Performance, by mail or web hook.',
  body: {
    email: z.boolean(),
    /** Left out: as it is. Null: none any more. */
    webhook: z.string().trim().max(2_000).nullable().exactOptional(),
  },
  answer: digestShape,
  handle: async (context, { body: { email, webhook } }) => {
    const { db, viewer, asker, options } = context;
    const { sealer, mail, hookNetworks = [] } = options;
    if (email && mail === undefined)
      throw invalidField('email', 'No mail can be sent: the operator has set no mail server (SMTP_URL).');
    if (typeof webhook === 'string') requireHook('webhook', webhook, hookNetworks);
    const { workspaceId } = viewer;
    await db.transaction((tx) =>
      saveDigest(tx, sealer, { workspaceId, personId: personOf(asker).person.id, email, webhook }),
    );
    return await readDigest(context);
  },
});
