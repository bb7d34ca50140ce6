import { createTransport } from 'nodemailer';
import { codeOf, DeliveryFailed, TIMEOUT_MS } from './failed.js';

export interface MailServer {
  readonly smtpUrl: string;
  /** (Default: the first of the receivers) */
  readonly from?: string | undefined;
}

export interface Mail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for each attempt, so that mail programs show a mail that was sent twice once. */
  readonly id: string;
}

/** @throws {DeliveryFailed} */
export const sendMail = async ({ smtpUrl, from }: MailServer, { to, subject, text, id }: Mail): Promise<void> => {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    await transport.sendMail({
      from: from ?? to[0],
      to: [...to],
      subject: `[X Ads Importer] ${subject}`,
      text,
      messageId: `<${id}@x-ads-importer>`,
    });
  } catch (error) {
    throw new DeliveryFailed(`the mail server of SMTP_URL did not take the mail: ${codeOf(error)}`);
  } finally {
    transport.close();
  }
};
