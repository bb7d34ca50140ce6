import { expect, test } from 'vitest';
import { startMailServer } from '../support/mail-server.js';
import { openSite } from './support/site.js';

test('an invitation with an address is mailed to it, and is a link to copy all the same where the mail cannot be sent', async () => {
  const mails: string[] = [];
  const server = await startMailServer((mail) => mails.push(mail) > 0);
  await using site = await openSite({
    mail: { smtpUrl: server.url, from: 'X Ads Importer <importer@example.com>' },
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
  await server[Symbol.asyncDispose]();
  const later = await invite({ email: 'cleo@example.com' });
  expect(later).toMatchObject({ mailed: false, link: expect.stringContaining('/link/') as string });
  expect(mails).toHaveLength(1);
});
