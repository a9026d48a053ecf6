import { found } from '@dumont/contracts/findings';
import { AppError } from '../../kernel/errors.ts';
import { failureOf, type Failure } from '../../kernel/failure.ts';
import { ShellLost } from './machine-shell.ts';
import { Damaged } from './reader/repository-reader.ts';
import { cutWords, ResticFailure } from './restic/failure.ts';

/** What to do about work that failed: try again in a while, or give up. */
export type Verdict =
  | { readonly again: true; readonly afterMs: number; readonly failure: Failure }
  | { readonly again: false; readonly failure: Failure };

/** Tries before a failure that may pass is taken for one that stays: about ten minutes in all. */
const maxAttempts = 8;
const firstPauseMs = 2000;
const longestPauseMs = 180_000;

const passing = new Set<ResticFailure['kind']>(['locked', 'failed', 'cancelled']);

const whyOf = (error: unknown): Failure => {
  if (error instanceof ResticFailure)
    return failureOf(found(`restic.${error.kind}`, { reason: error.reason }));
  if (error instanceof Damaged) return failureOf(found('snapshot.damaged', { reason: error.what }));
  if (error instanceof AppError) return failureOf(error);
  const words = cutWords(error instanceof Error ? error.message : String(error));
  return error instanceof ShellLost
    ? { ...failureOf(found('machine.unreachable')), error_message: words }
    : failureOf(found('snapshot.failed', { words }));
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
