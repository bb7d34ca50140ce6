import { endSessions } from '../../store/people/people.js';
import { defineRoute } from '../route.js';
import { personOf, signOut } from '../sign-in.js';

export const postSignOutEverywhere = defineRoute({
  name: 'postSignOutEverywhere',
  method: 'POST',
  path: '/sign-out-everywhere',
  access: 'own_account',
  summary: 'End all sessions of the person, this one too.',
  answer: 'nothing',
  handle: async (context) => {
    await endSessions(context.db, personOf(context.asker).person.id);
    await signOut(context);
  },
});
