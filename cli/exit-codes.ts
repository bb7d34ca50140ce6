/** What the command line's exit code says; `--help` and docs/client.md list the same. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  needsPerson: 3,
  notFound: 4,
  unreachable: 5,
  refused: 6,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = `Exit codes:
  0  done
  1  failed, for a reason that the message gives
  2  wrong usage or configuration; nothing was tried
  3  a person must act: sign in, get a role, have the app approved
  4  no such connection or account
  5  Postgres, Temporal or X cannot be reached, or no worker answers; try again
  6  not possible in the connection's present phase`;
