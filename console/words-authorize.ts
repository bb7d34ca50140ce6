/* The sentences around the link for the person who has the X account. */

export const authorizeWords = {
  title: 'Let X Ads Importer read your ads',
  lead: (who: string, workspace: string) => `${who} of ${workspace} asks you to permit it at X.`,
  anyUser: 'Use the X user that can see the ad accounts. You need no account here, and get none.',
  asUser: (name: string) => `Sign in at X as @${name}. You need no account here, and get none.`,
  what: 'What X will ask you to permit',
  back: "You'll leave for x.com. Your password stays at X; you can take back the permission there at any time.",
  expires: (until: string) => `The link works once, in one browser, until ${until}.`,
  thanks: 'Thank you',
  thanksText: 'X has permitted it. Whoever asked you goes on from here; you can close this page.',
  notDone: 'X did not permit it yet',
  openAgain: 'Open the link that you got again, in this browser, to try once more.',
  send: {
    title: 'Somebody else has the X account?',
    text: 'Send them a link. It asks for this one thing, makes no account here, works once and for 7 days.',
    make: 'Make a link for them',
    made: 'Link for the person who has the X account',
    hint: (until: string) => `Send it to them. It works once, until ${until}.`,
    open: 'Links that can still be used',
    by: (who: string, until: string) => `By ${who}, until ${until}`,
    begun: 'Opened; X has not answered yet.',
    revoke: 'Revoke',
    revokeOf: (who: string) => `Revoke the link of ${who}`,
  },
} as const;
