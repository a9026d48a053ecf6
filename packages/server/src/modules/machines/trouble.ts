import { describeFinding, type Finding, type FindingCode } from '@dumont/contracts/findings';
import type { AppError } from '../../kernel/errors.ts';

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

const paramsOf = ({ params }: AppError): Finding['params'] =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]),
  );

export const errorTrouble = (error: AppError): Trouble => ({
  problem: error.message,
  problem_finding: { code: error.code, params: paramsOf(error) },
});

/** Why an operation failed, as it is kept. */
export interface Failure {
  readonly error_code: string;
  readonly error_params: Finding['params'];
  readonly error_message: string;
}

export const failureOf = (error: AppError): Failure => ({
  error_code: error.code,
  error_params: paramsOf(error),
  error_message: error.message,
});

/** Of an operation that may have failed, without words. */
export const findingOf = (operation: {
  readonly error_code: string | null;
  readonly error_params: Finding['params'] | null;
}): Finding | null =>
  operation.error_code === null ? null : { code: operation.error_code, params: operation.error_params ?? {} };
