import { describeFinding, type Finding, type FindingCode } from '@dumont/contracts/findings';
import type { AppError } from './errors.ts';

/** Why work failed, as it is kept: in words, and without them for whoever has their own. */
export interface Failure {
  readonly error_code: string;
  readonly error_params: Finding['params'];
  readonly error_message: string;
}

export const noFailure = { error_code: null, error_params: null, error_message: null } as const;

export const paramsOf = ({ params }: AppError): Finding['params'] =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, typeof value === 'number' ? value : String(value)]),
  );

export const failureOf = (error: AppError): Failure => ({
  error_code: error.code,
  error_params: paramsOf(error),
  error_message: error.message,
});

export const foundFailure = (code: FindingCode, params: Finding['params'] = {}): Failure => ({
  error_code: code,
  error_params: params,
  error_message: describeFinding(code, params),
});

/** Of work that may have failed, without words. */
export const findingOf = (work: {
  readonly error_code: string | null;
  /** As a row has them. */
  readonly error_params: unknown;
}): Finding | null =>
  work.error_code === null
    ? null
    : { code: work.error_code, params: (work.error_params ?? {}) as Finding['params'] };
