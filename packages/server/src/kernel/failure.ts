import type { Finding } from '@dumont/contracts/finding';
import { proseOf } from '@dumont/contracts/findings';

/** Why work failed, as it is kept: in words, and without them for whoever has their own. */
export interface Failure {
  readonly error_code: string;
  readonly error_params: Finding['params'];
  readonly error_message: string;
}

export const noFailure = { error_code: null, error_params: null, error_message: null } as const;

/** Of what was found out, or of an error. */
export const failureOf = (said: Finding): Failure => ({
  error_code: said.code,
  error_params: said.params,
  error_message: proseOf(said),
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
