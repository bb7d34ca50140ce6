import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface MailServer extends AsyncDisposable {
  /** `smtp://127.0.0.1:<port>`. */
  readonly url: string;
}

/**
 * Receives mails, each without the soft line ends of quoted-printable.
 * @param receive false refuses the mail: no room
 */
export const startMailServer = async (receive: (mail: string) => boolean): Promise<MailServer> => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
      stream.on('end', () => {
        const isTaken = receive(text.replaceAll('=\r\n', ''));
        done(isTaken ? null : Object.assign(new Error('no room'), { responseCode: 452 }));
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
};
