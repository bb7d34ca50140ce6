import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { expect, test } from 'vitest';
import { openSite } from './support/site.js';

test('an invitation with an address is mailed to it, and is a link to copy all the same where the mail cannot be sent', async () => {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
      stream.on('end', () => {
        // Soft line ends of quoted-printable.
        mails.push(text.replaceAll('=\r\n', ''));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  await using site = await openSite({
    mail: { smtpUrl: `smtp://127.0.0.1:${port}`, from: 'X Ads Importer <importer@example.com>' },
  });
  const ada = await site.join('Ada', 'owner');
  const invite = async (body: object) =>
    (await site.ask('POST /invitations', { as: ada.as, body: { role: 'viewer', ...body } })).body as unknown as {
      link: string;
      mailed?: boolean;
    };
  const { link, mailed } = await invite({ email: 'Bea@example.com' });
  expect(mailed).toBe(true);
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/^To: bea@example\.com\r$/m);
  expect(mails[0]).toMatch(/^From: X Ads Importer <importer@example\.com>\r$/m);
  expect(mails[0]).toMatch(/^Subject: \[X Ads Importer\] Invitation to Default workspace\r$/m);
  expect(mails[0]?.replaceAll('=3D', '=')).toContain(link);
  // Without an address there is nobody to write to.
  expect((await invite({})).mailed).toBeUndefined();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  const later = await invite({ email: 'cleo@example.com' });
  expect(later).toMatchObject({ mailed: false, link: expect.stringContaining('/link/') as string });
  expect(mails).toHaveLength(1);
});
