import { USERS, type User } from '../../world/users.js';

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Plain, semantic HTML, for people as well as for scripts that read its forms and hidden fields. */
const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(title)}</title><meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem;color:#0f1419}
.note{border:2px dashed #b35c00;background:#fff4e5;padding:.5rem 1rem}
button{font:inherit;padding:.5rem 1.2rem;border-radius:2rem;border:1px solid #536471;background:#fff;cursor:pointer}
button[value=allow]{background:#0f1419;color:#fff}select{font:inherit;width:100%;padding:.4rem;margin:.25rem 0 1rem}
code{font-size:2rem;letter-spacing:.2rem}</style></head>
<body><main>
<p class="note" role="note"><strong>This is a simulated X.</strong> Nothing here reaches the real X, and no account, money or advertisement is real.</p>
${body}
</main></body></html>
`;

const userChoice = (signedIn: User | null, suggested: string): string => {
  if (signedIn !== null) {
    return `<input type="hidden" name="screen_name" value="${escape(signedIn.screenName)}">
<p>Signed in as <strong>@${escape(signedIn.screenName)}</strong> (${escape(signedIn.name)}).</p>`;
  }
  const options = USERS.map(({ screenName, name }) => {
    const selected = screenName === suggested ? ' selected' : '';
    return `<option value="${escape(screenName)}"${selected}>@${escape(screenName)} — ${escape(name)}</option>`;
  });
  return `<label for="screen_name">Sign in as</label>
<select id="screen_name" name="screen_name">${options.join('')}</select>`;
};

export interface ConsentPage {
  readonly token: string;
  readonly authenticityToken: string;
  readonly action: string;
  readonly signedIn: User | null;
  readonly suggested: string;
}

/** The consent page. Permissions and buttons have X's wording. */
export const consentPage = ({ token, authenticityToken, action, signedIn, suggested }: ConsentPage): string => {
  const elsewhere =
    signedIn === null
      ? ''
      : `<form method="post" action="/oauth/sign_out">
<input type="hidden" name="oauth_token" value="${escape(token)}">
<button type="submit">Sign out and use another user</button>
</form>`;
  return page(
    'Authorize the importer to access your account – simulated X',
    `<h1>Authorize the importer to access your account?</h1>
<form method="post" action="${escape(action)}">
<input type="hidden" name="oauth_token" value="${escape(token)}">
<input type="hidden" name="authenticity_token" value="${escape(authenticityToken)}">
${userChoice(signedIn, suggested)}
<p><button type="submit" name="decision" value="allow">Authorize app</button>
<button type="submit" name="decision" value="cancel">Cancel</button></p>
</form>
${elsewhere}
<section aria-labelledby="able"><h2 id="able">This application will be able to:</h2>
<ul><li>See Posts from your timeline (including protected Posts) as well as your Lists and collections.</li>
<li>See your X profile information and account settings.</li>
<li>See accounts you follow, mute, and block.</li>
<li>Follow and unfollow accounts for you.</li>
<li>Update your profile and account settings.</li>
<li>Post and delete Posts for you, and engage with Posts posted by others for you.</li>
<li>Create, manage, and delete Lists and collections for you.</li>
<li>Mute, block, and report accounts for you.</li>
<li>See and manage your ads accounts: campaigns, ads and their analytics.</li></ul></section>
<p>You can revoke access to any application at any time from the Apps and sessions section of your account settings.</p>`,
  );
};

/**
 * The page after a refusal. X does not redirect; a link leads back to the app with `denied` (docs/x-ads-api.md §3.2,
 * §17.11).
 */
export const deniedPage = (back: string | null): string =>
  page(
    'Cancelled – simulated X',
    `<h1>You cancelled</h1><p>You have not signed in to the application.</p>
${back === null ? '' : `<p><a href="${escape(back)}">Return to the application</a></p>`}`,
  );

export const pinPage = (pin: string): string =>
  page(
    'Your PIN – simulated X',
    `<h1>You have granted access</h1>
<p>Return to the application and enter this PIN to complete the authorization process:</p>
<p><code id="oauth_pin">${escape(pin)}</code></p>`,
  );

export const invalidPage = (): string =>
  page(
    'Whoa there! – simulated X',
    `<h1>Whoa there!</h1><p>The request token for this page is invalid. It may have already been used, or expired because it is too old. Please go back to the site or application that sent you here and try again.</p>`,
  );
