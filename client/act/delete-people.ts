import { noteDeed } from '../../store/people/audit.js';
import { removeMember, isLastOwner } from '../../store/people/memberships.js';
import { deletePersonRow, findPersonByEmail, heirsOf } from '../../store/people/people.js';
import { deleteWorkspaceRows, findWorkspaces, whatStopsDeletion } from '../../store/people/workspaces.js';
import { DEFAULT_WORKSPACE } from '../../store/connection/connections.js';
import type { PersonDeleted, WorkspaceDeleted } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { InvalidChoice, NotPermitted } from '../errors.js';
import type { DeletePersonOptions } from '../options.js';

const nobody = (email: string): InvalidChoice =>
  new InvalidChoice(`Nobody here has the mail address ${email}.`, {
    nextStep: { action: 'retry', text: 'Give the address as Members shows it.' },
  });

/** Deletes a person, and hands their connections over in each of their workspaces. The audit log keeps the name. */
export const deletePerson = async (
  context: Context,
  { email, transferTo }: DeletePersonOptions,
): Promise<PersonDeleted> => {
  requireOperator(context, 'delete people');
  try {
    return await context.db.transaction(async (tx) => {
      const person = await findPersonByEmail(tx, email.trim());
      if (person === undefined) throw nobody(email);
      const heir = transferTo === undefined ? undefined : await findPersonByEmail(tx, transferTo.trim());
      if (transferTo !== undefined && heir === undefined) throw nobody(transferTo);
      let connections = 0;
      const places = await heirsOf(tx, person.id, heir?.id);
      for (const { workspaceId, workspaceName, heirId, heirName, role } of places) {
        if (heirId === null || heirName === null)
          throw new InvalidChoice(
            heir === undefined
              ? `${person.name} is the last owner of ${workspaceName}.`
              : `${heir.name} is not in the workspace ${workspaceName}.`,
            { nextStep: { action: 'retry', text: 'Make another member an owner first, or delete the workspace.' } },
          );
        const handedOver = await removeMember(tx, { workspaceId, personId: person.id, transferTo: heirId });
        connections += handedOver;
        await noteDeed(tx, {
          workspaceId,
          actor: context.actor,
          actorName: context.actor,
          action: 'person.deleted',
          subjectKind: 'person',
          subjectId: person.id,
          subjectName: person.name,
          was: { role },
          became: { connectionsHandedOver: handedOver, to: heirId, toName: heirName },
        });
      }
      await deletePersonRow(tx, person.id);
      return { email: person.email, workspaces: places.length, connectionsHandedOver: connections };
    });
  } catch (error) {
    if (!isLastOwner(error)) throw error;
    throw new InvalidChoice(`${email} is the last owner of a workspace.`, {
      nextStep: { action: 'retry', text: 'Make another member an owner first, or delete the workspace.' },
    });
  }
};

/** Deletes a workspace whose connections have ended and whose data are gone. The audit log keeps what was done in it. */
export const deleteWorkspace = async (context: Context, nameOrId: string): Promise<WorkspaceDeleted> => {
  requireOperator(context, 'delete workspaces');
  return await context.db.transaction(async (tx) => {
    const found = await findWorkspaces(tx, nameOrId.trim());
    const [workspace] = found;
    if (workspace === undefined || found.length > 1)
      throw new InvalidChoice(
        workspace === undefined
          ? `There is no workspace ${nameOrId}.`
          : `${found.length} workspaces are called ${nameOrId}.`,
        { nextStep: { action: 'retry', text: 'Give its name, or its id.' } },
      );
    if (workspace.id === DEFAULT_WORKSPACE)
      throw new NotPermitted('The default workspace stays: what is connected at the command line belongs to it.');
    const { live, withData } = await whatStopsDeletion(tx, workspace.id);
    const inTheWay = [...live, ...withData];
    if (inTheWay.length > 0) {
      const names = inTheWay.map(({ displayName }) => `"${displayName}"`).join(', ');
      throw new NotPermitted(
        live.length > 0
          ? `Connections of it go on, or their data are still there: ${names}.`
          : `Data that nobody else reads are still there: ${names}.`,
        { nextStep: { action: 'retry', text: 'Disconnect each of them with its data, then delete the workspace.' } },
      );
    }
    const deleted = await deleteWorkspaceRows(tx, workspace.id);
    await noteDeed(tx, {
      workspaceId: workspace.id,
      actor: context.actor,
      actorName: context.actor,
      action: 'workspace.deleted',
      subjectKind: 'workspace',
      subjectId: workspace.id,
      subjectName: workspace.name,
      was: { ...deleted },
    });
    return { id: workspace.id, name: workspace.name, ...deleted };
  });
};
