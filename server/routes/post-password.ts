import { z } from 'zod';
import { endSessions, passwordHashOf, savePassword } from '../../store/people/people.js';
import { note } from '../audit.js';
import { passwordShape } from '../auth.js';
import { invalidField } from '../errors.js';
import { defineRoute } from '../route.js';
import { personOf, tryPassword } from '../sign-in.js';

export const postPassword = defineRoute({
  name: 'postPassword',
  method: 'POST',
  path: '/me/password',
  access: 'own_account',
  summary: 'Set or change one’s own password; all other sessions end.',
  body: { current: z.string().max(1_000).exactOptional(), next: passwordShape },
  answer: 'nothing',
  handle: async (context, { body }) => {
    const { db, options, ip } = context;
    const asker = personOf(context.asker);
    const { person, session } = asker;
    const { password: hasher } = await options.auth.$context;
    const hash = await passwordHashOf(db, person.id);
    if (hash !== undefined) {
      const { current } = body;
      if (current === undefined) throw invalidField('current', 'Give the present password.');
      await tryPassword(context, person.email, async () => {
        if (await hasher.verify({ hash, password: current })) return true;
        throw invalidField('current', 'This is not the present password.');
      });
    }
    const next = await hasher.hash(body.next);
    await db.transaction(async (tx) => {
      await savePassword(tx, person.id, next);
      await endSessions(tx, person.id, session.id);
      await note(
        tx,
        { asker, ip },
        { action: 'person.password_changed', subjectKind: 'person', subjectId: person.id, subjectName: person.name },
      );
    });
  },
});
