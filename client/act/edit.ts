import type { ConnectionId } from '../../domain/ids.js';
import { editConnection } from '../../store/connection/connections.js';
import { type Context, requireConnection } from '../context.js';
import { ChangedMeanwhile, InvalidChoice } from '../errors.js';
import type { EditOptions } from '../options.js';

const MAX_NAME = 200;

/** The name as it is kept. Names come from people: length and invisible characters are theirs to choose, within reason. */
export const nameOf = (displayName: string): string => {
  const name = displayName.trim();
  if (name === '') throw new InvalidChoice('The name of a connection cannot be empty.');
  if (name.length > MAX_NAME) throw new InvalidChoice(`The name of a connection has at most ${MAX_NAME} characters.`);
  if (name.includes('\u0000')) throw new InvalidChoice('The name of a connection cannot contain the character U+0000.');
  return name;
};

/** Shared with a team that the viewer is in: with another one it would vanish from their sight. */
const checkTeam = ({ viewer }: Pick<Context, 'viewer'>, { privacy, teamId }: EditOptions): void => {
  if (privacy !== 'team') {
    if (teamId !== undefined) throw new InvalidChoice('A team is named only where the privacy is `team`.');
    return;
  }
  if (teamId === undefined) throw new InvalidChoice('Say with which team it is shared.');
  if (viewer.kind === 'member' && !viewer.teamIds.includes(teamId))
    throw new InvalidChoice('You are not in this team.');
};

/** Changes name and privacy, of the version that was seen where one is given. */
export const changeConnection = async (context: Context, id: ConnectionId, edit: EditOptions): Promise<void> => {
  await requireConnection(context, id);
  checkTeam(context, edit);
  const displayName = edit.displayName === undefined ? undefined : nameOf(edit.displayName);
  if (await editConnection(context.db, id, { ...edit, displayName })) return;
  const present = await requireConnection(context, id);
  throw new ChangedMeanwhile('Somebody has changed this connection since you looked.', {
    present: { displayName: present.displayName, privacy: present.privacy, version: String(present.version) },
    nextStep: { action: 'retry', connectionId: id, text: 'Look at the present values, then change it again.' },
  });
};
