import { renamePerson } from '../../store/people/people.js';
import { defineRoute } from '../route.js';
import { nameShape } from '../shapes.js';
import { personOf } from '../sign-in.js';

export const patchMe = defineRoute({
  name: 'patchMe',
  method: 'PATCH',
  path: '/me',
  access: 'own_account',
  summary: 'Change one’s own name.',
  body: { name: nameShape },
  answer: 'nothing',
  handle: ({ db, asker }, { body }) => renamePerson(db, personOf(asker).person.id, body.name),
});
