import { call } from '../api.js';

/**
 * Leads to X in this very window. The connection is made first, and its own page takes the place of this one in the
 * browser's history, so that the way back with the browser's button does not make a second one.
 * @param otherUser accepts another X user than the one that the connection reads with
 */
export const leaveForX = async (connectionId: string | undefined, otherUser = false): Promise<void> => {
  const { connectionId: id, authorizeUrl } =
    connectionId === undefined
      ? await call('postConnection', { body: {} })
      : await call('postConnectionSignIn', { params: { id: connectionId }, body: { otherUser } });
  if (connectionId === undefined) history.replaceState(null, '', `/connections/${id}/set-up`);
  location.assign(authorizeUrl);
};
