/** How long links are open. An invitation waits for somebody to read a message; the others are used at once. */
export const LINK_MINUTES = { invitation: 48 * 60, signIn: 60 } as const;

/** Where a browser opens a link. The page shows what it is for; its button uses it. */
export const linkAddress = (publicUrl: string, token: string): string => new URL(`/link/${token}`, publicUrl).href;
