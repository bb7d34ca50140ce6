/** The message does not contain the address: the URL of a web hook or a mail server is a secret. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed' as const;
}

/** The error's codes only: messages of the library and the server may contain the address. */
export const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'no reason given';
  const codes = ['code' in error ? error.code : '', 'responseCode' in error ? error.responseCode : ''];
  const given = codes.filter((code) => typeof code === 'number' || (typeof code === 'string' && code !== ''));
  return given.length === 0 ? error.name : given.map(String).join(' ');
};

export const TIMEOUT_MS = 10_000;
