import { AppError } from '../../kernel/errors.ts';
import { ShellLost } from './machine-shell.ts';
import { Damaged } from './reader/repository-reader.ts';
import { ResticFailure } from './restic/failure.ts';

/** What to do about work that failed: try again in a while, or give up with words for the user. */
export type Failure =
  | { readonly again: true; readonly afterMs: number; readonly message: string }
  | { readonly again: false; readonly code: string; readonly message: string };

/** Tries before a failure that may pass is taken for one that stays: about ten minutes in all. */
const maxAttempts = 8;
const firstPauseMs = 2000;
const longestPauseMs = 180_000;
const maxMessageLength = 2000;

const passing = new Set<ResticFailure['kind']>(['locked', 'failed', 'cancelled']);

const codeOf = (error: unknown): string => {
  if (error instanceof ResticFailure) return `restic.${error.kind}`;
  if (error instanceof Damaged) return 'snapshot.damaged';
  if (error instanceof AppError) return error.code;
  return error instanceof ShellLost ? 'machine.unreachable' : 'snapshot.failed';
};

const mayPass = (error: unknown): boolean => {
  if (error instanceof ResticFailure) return passing.has(error.kind);
  if (error instanceof AppError) return error.code === 'machine.unreachable';
  return !(error instanceof Damaged);
};

export const failureOf = (error: unknown, attempts: number): Failure => {
  const said = error instanceof Error ? error.message : String(error);
  const message = said.length > maxMessageLength ? `${said.slice(0, maxMessageLength)}…` : said;
  return mayPass(error) && attempts < maxAttempts
    ? { again: true, afterMs: Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1)), message }
    : { again: false, code: codeOf(error), message };
};
