import { DeliveryFailed } from '../delivery/failed.js';
import { sendMail } from '../delivery/mail.js';
import type { RouteContext } from './route.js';
import { personOf } from './sign-in.js';

const plain = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

/** Sends an invitation by mail. Answers whether the mail server took it; undefined where there is none. */
export const mailInvitation = async (
  { options, asker, request }: RouteContext,
  invitation: { readonly id: string; readonly email: string; readonly link: string; readonly expiresAt: string },
): Promise<boolean | undefined> => {
  const { mail } = options;
  if (mail === undefined) return undefined;
  const { id, email, link, expiresAt } = invitation;
  const { person, memberships, workspaceId } = personOf(asker);
  const workspace = plain(memberships.find((each) => each.workspaceId === workspaceId)?.workspaceName ?? '');
  const text = [
    `${plain(person.name)} (${person.email}) invites you to the workspace ${workspace} of X Ads Importer.`,
    `Open this link and press the button there. It works once, until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC:`,
    link,
    'You did not expect this? Then there is nothing to do.',
  ].join('\n\n');
  try {
    await sendMail(mail, { id, to: [email], subject: `Invitation to ${workspace}`, text });
    return true;
  } catch (error) {
    if (!(error instanceof DeliveryFailed)) throw error;
    request.log.warn({ reason: error.message }, 'an invitation was not sent by mail');
    return false;
  }
};
