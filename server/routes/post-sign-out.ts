import { defineRoute } from '../route.js';
import { signOut } from '../sign-in.js';

export const postSignOut = defineRoute({
  name: 'postSignOut',
  method: 'POST',
  path: '/sign-out',
  access: 'own_account',
  summary: 'End this session.',
  answer: 'nothing',
  handle: signOut,
});
