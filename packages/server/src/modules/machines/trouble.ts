import { describeFinding, type Finding, type FindingCode } from '@dumont/contracts/findings';
import type { AppError } from '../../kernel/errors.ts';
import { paramsOf } from '../../kernel/failure.ts';

/** What goes wrong, as it is kept of a machine or an operation: in words, and without them where they are ours. */
export interface Trouble {
  readonly problem: string | null;
  readonly problem_finding: Finding | null;
}

export const noTrouble: Trouble = { problem: null, problem_finding: null };

export const trouble = (code: FindingCode): Trouble => ({
  problem: describeFinding(code),
  problem_finding: { code, params: {} },
});

/** In the words of a provider, or of a program; null: it said nothing. */
export const saidTrouble = (words: string | null | undefined): Trouble => ({
  problem: words ?? null,
  problem_finding: null,
});

/** What stands in the way of work of another module. */
export const workTrouble = (work: {
  readonly error_message: string | null;
  readonly failure: Finding | null;
}): Trouble => ({ problem: work.error_message, problem_finding: work.failure });

export const errorTrouble = (error: AppError): Trouble => ({
  problem: error.message,
  problem_finding: { code: error.code, params: paramsOf(error) },
});
