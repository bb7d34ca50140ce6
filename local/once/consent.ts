/**
 * Authorizes the app on the simulator's consent page over HTTP, as a person does in a browser: opens the page and submits its
 * form. Returns what the callback's address carries, without requesting it.
 */
export const allow = async (
  authorizeUrl: string,
  screenName: string,
): Promise<{ requestToken: string; verifier: string }> => {
  const page = await fetch(authorizeUrl);
  const html = await page.text();
  if (!page.ok) throw new Error(`the consent page answered ${page.status}`);
  const fields = new URLSearchParams({ screen_name: screenName, decision: 'allow' });
  for (const [, name, value] of html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)) {
    if (name !== undefined && name !== 'screen_name') fields.set(name, value ?? '');
  }
  const action = /<form method="post" action="([^"]+)">/.exec(html)?.[1];
  if (action === undefined) throw new Error('the consent page has no form');
  const answer = await fetch(new URL(action, authorizeUrl), { method: 'POST', body: fields, redirect: 'manual' });
  const back = answer.headers.get('location');
  if (back === null) throw new Error(`the consent page did not send us back: ${answer.status}`);
  const { searchParams } = new URL(back);
  const requestToken = searchParams.get('oauth_token');
  const verifier = searchParams.get('oauth_verifier');
  if (requestToken === null || verifier === null) throw new Error('the way back carries no verifier');
  return { requestToken, verifier };
};
