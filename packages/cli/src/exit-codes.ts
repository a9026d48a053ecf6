/** What the process answers to the shell; the root's `--help` lists them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notSignedIn: 3,
  notFound: 4,
  unreachable: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodesHelp = `Exit codes:
  0    done
  1    the command failed, or the work that was waited for did
  2    wrong arguments
  3    not signed in
  4    not found
  5    the server cannot be reached
  130  interrupted (Ctrl-C)`;
