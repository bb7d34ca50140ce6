import type { InputTo } from './api.js';

/** What the list of connections asks for, from the address. */
export const connectionsQuestion = ({
  disconnected,
}: {
  readonly disconnected?: string | undefined;
}): InputTo<'getConnections'> => ({ query: { withDisconnected: disconnected === 'yes' } });
