/** Notes in the audit log what somebody did to a connection. */
import { note } from './audit.js';
import type { ConnectionContext, RouteContext } from './route.js';

type Values = Readonly<Record<string, unknown>>;

export const noteConnection = (
  context: RouteContext,
  connection: Pick<ConnectionContext['connection'], 'id' | 'displayName'>,
  action: `connection.${string}`,
  { was, became }: { readonly was?: Values; readonly became?: Values } = {},
): Promise<void> =>
  note(context.db, context, {
    action,
    subjectKind: 'connection',
    subjectId: connection.id,
    subjectName: connection.displayName,
    was,
    became,
  });
