const pinOf = (page: string): string => /<code[^>]*>(\d+)<\/code>/.exec(page)?.[1] ?? '';

/** A person who allows on the consent page of a sign-in without a callback, and reads the PIN. */
export const readPin = async (address: string, screenName: string): Promise<string> => {
  const page = await (await fetch(address)).text();
  const field = (name: string): string => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? '';
  const answer = await fetch(new URL('/oauth/authorize', address), {
    method: 'POST',
    body: new URLSearchParams({
      oauth_token: field('oauth_token'),
      authenticity_token: field('authenticity_token'),
      screen_name: screenName,
      decision: 'allow',
    }),
  });
  return pinOf(await answer.text());
};
