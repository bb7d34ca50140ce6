/** Sends a message of a workspace through one of its channels, with the settings as they are now. */
import { codeOf, DeliveryFailed } from '../../delivery/failed.js';
import { postHook } from '../../delivery/hook.js';
import { sendMail } from '../../delivery/mail.js';
import type { WorkspaceChannel, WorkspaceMessage } from '../../store/people/messages.js';
import { getNotificationSettings, openHooks } from '../../store/people/notification-settings.js';
import { SealBroken } from '../../store/secrets.js';
import type { ServerOptions } from '../options.js';

export type SendOptions = Pick<ServerOptions, 'db' | 'sealer' | 'mail' | 'hookNetworks'>;

/** In a chat these would mention everybody, or hide where a link leads. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const send = async (options: SendOptions, message: WorkspaceMessage, channel: WorkspaceChannel): Promise<void> => {
  const { db, sealer, mail, hookNetworks = [] } = options;
  const { id, workspaceId, subject, body } = message;
  if (channel === 'email') {
    const { emails } = await getNotificationSettings(db, workspaceId);
    if (mail === undefined) throw new DeliveryFailed('no mail server is set (SMTP_URL)');
    if (emails.length === 0) throw new DeliveryFailed('no mail address is set');
    return await sendMail(mail, { id, to: emails, subject, text: body.text });
  }
  const url = (await openHooks(db, sealer, workspaceId))[channel];
  const name = 'it';
  if (url === undefined) throw new DeliveryFailed('it is not set any more');
  const sent = channel === 'chat' ? { text: `*${escaped(subject)}*\n${escaped(body.text)}` } : { id, ...body };
  await postHook({ url, name, reach: { allowed: hookNetworks } }, id, sent);
};

/** Why something could not be sent; undefined where it could. */
export const troubleOf = async (sending: () => Promise<void>): Promise<string | undefined> => {
  try {
    await sending();
    return undefined;
  } catch (error) {
    if (error instanceof DeliveryFailed) return error.message;
    if (error instanceof SealBroken) return 'the key that sealed its address is not in IMPORTER_KEY';
    return `it failed: ${codeOf(error)}`;
  }
};

/** Why the channel did not take the message; undefined where it did. */
export const sendThrough = (
  options: SendOptions,
  message: WorkspaceMessage,
  channel: WorkspaceChannel,
): Promise<string | undefined> => troubleOf(() => send(options, message, channel));
