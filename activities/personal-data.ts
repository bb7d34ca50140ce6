/*
 * Temporal keeps the texts of failures in histories that many can read and nobody can erase. X's words and those of servers
 * may name people there.
 */

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** X's user names: up to fifteen letters, digits and underscores; longer ones exist that were given earlier. */
const X_NAME = /@\w{1,50}/g;

/** The text without names of X users and mail addresses. */
export const withoutPeople = (text: string): string => text.replace(EMAIL, '(an address)').replace(X_NAME, '@…');

/** The same for the message, the stack and the causes of an error that goes to Temporal as it is. */
export const removePeople = (error: unknown): void => {
  if (!(error instanceof Error)) return;
  error.message = withoutPeople(error.message);
  if (error.stack !== undefined) error.stack = withoutPeople(error.stack);
  removePeople(error.cause);
};
