import { AppError } from '../../kernel/errors.ts';
import { failureOf, foundFailure, type Failure } from '../../kernel/failure.ts';
import { ShellLost } from './machine-shell.ts';
import { Damaged } from './reader/repository-reader.ts';
import { ResticFailure } from './restic/failure.ts';

/** What to do about work that failed: try again in a while, or give up. */
export type Verdict =
  | { readonly again: true; readonly afterMs: number; readonly failure: Failure }
  | { readonly again: false; readonly failure: Failure };

/** Tries before a failure that may pass is taken for one that stays: about ten minutes in all. */
const maxAttempts = 8;
const firstPauseMs = 2000;
const longestPauseMs = 180_000;
const maxMessageLength = 2000;

const passing = new Set<ResticFailure['kind']>(['locked', 'failed', 'cancelled']);

const whyOf = (error: unknown): Failure => {
  const said = error instanceof Error ? error.message : String(error);
  const reason = said.length > maxMessageLength ? `${said.slice(0, maxMessageLength)}…` : said;
  if (error instanceof ResticFailure) return foundFailure(`restic.${error.kind}`, { reason });
  if (error instanceof Damaged) return foundFailure('snapshot.damaged', { reason });
  if (error instanceof AppError) return failureOf(error);
  const code = error instanceof ShellLost ? 'machine.unreachable' : 'snapshot.failed';
  return { error_code: code, error_params: {}, error_message: reason };
};

const mayPass = (error: unknown): boolean => {
  if (error instanceof ResticFailure) return passing.has(error.kind);
  if (error instanceof AppError) return error.code === 'machine.unreachable';
  return !(error instanceof Damaged);
};

export const judgeFailure = (error: unknown, attempts: number): Verdict => {
  const failure = whyOf(error);
  return mayPass(error) && attempts < maxAttempts
    ? { again: true, afterMs: Math.min(longestPauseMs, firstPauseMs * 2 ** (attempts - 1)), failure }
    : { again: false, failure };
};
