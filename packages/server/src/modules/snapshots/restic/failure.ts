import type { Finding } from '@dumont/contracts/finding';
import { found, proseOf } from '@dumont/contracts/findings';
import type { ShellExit } from '../machine-shell.ts';

export type ResticFailureKind =
  /** 10: there is no repository. */
  | 'no_repository'
  /** 11: another process holds a lock that excludes ours. */
  | 'locked'
  /** 12, or a key of the store that is wrong. */
  | 'wrong_password'
  /** The store refused the credentials: revoked, of an older epoch, or of another machine. */
  | 'refused'
  | 'cancelled'
  | 'failed';

/** restic ended without having done what was asked. The reason holds its last words without secrets. */
export class ResticFailure extends Error {
  override readonly name = 'ResticFailure';
  readonly kind: ResticFailureKind;

  readonly reason: Finding;

  constructor(kind: ResticFailureKind, reason: Finding) {
    super(proseOf(reason));
    this.kind = kind;
    this.reason = reason;
  }
}

const maxWordsLength = 2000;

/** Words of a program, which stay as it said them: a few screens of them at most. */
export const cutWords = (words: string): string =>
  words.length > maxWordsLength ? `${words.slice(0, maxWordsLength)}…` : words;

/** How a command ended, and what it said last. */
export const endingOf = (command: string, exit: ShellExit, stderr: string): Finding => {
  const ending =
    exit.code === null
      ? found('program.signal', { signal: exit.signal ?? '?' })
      : found('program.exit_code', { exitCode: exit.code });
  return stderr === ''
    ? found('restic.silent', { command, ending })
    : found('restic.said', { command, ending, words: cutWords(stderr) });
};

const kindsByCode = new Map<number | null, ResticFailureKind>([
  [10, 'no_repository'],
  [11, 'locked'],
  [12, 'wrong_password'],
  // What a shell makes of INT and TERM; restic itself ends with 130.
  [130, 'cancelled'],
  [143, 'cancelled'],
]);

/** Words of restic 0.14 to 0.16, which end with 1 whatever failed. */
const kindsByText: readonly (readonly [RegExp, ResticFailureKind])[] = [
  // Before the others: to restic a store that refuses looks like a lock or a repository that cannot be had.
  [
    /\b(401 Unauthorized|403 Forbidden)\b|\((401|403)\)|Access ?Denied|SignatureDoesNotMatch|signature we calculated|InvalidAccessKeyId|Access Key Id/i,
    'refused',
  ],
  [/wrong password or no key found/i, 'wrong_password'],
  [/repository is already locked|unable to create lock/i, 'locked'],
  [/unable to open config file|repository does not exist|is there a repository/i, 'no_repository'],
];

/** What an exit that is not success means; older versions say it in words only. */
export const classify = (exit: ShellExit, stderr: string): ResticFailureKind => {
  if (exit.code === null) return 'cancelled';
  const byCode = kindsByCode.get(exit.code);
  const byText = kindsByText.find(([pattern]) => pattern.test(stderr))?.[1];
  // Its words are more exact than the code, which says that there is no repository.
  return (byText === 'refused' ? byText : undefined) ?? byCode ?? byText ?? 'failed';
};
