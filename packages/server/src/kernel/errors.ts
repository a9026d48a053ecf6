import { errorCatalogue, type ErrorCode } from '@dumont/contracts/error-catalogue';
import type { FieldError } from '@dumont/contracts/errors';
import type { Finding } from '@dumont/contracts/finding';
import { proseOf } from '@dumont/contracts/findings';

export type FieldIssue = Readonly<FieldError>;

/**
 * A failure that a caller may know of: a code of the catalogue with the parameters of its text. `cause` is for
 * the log alone. Anything else that is thrown is a 500 without internals.
 */
export class AppError extends Error implements Finding {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly params: Finding['params'];
  readonly issues: readonly FieldIssue[] | undefined;

  constructor(
    code: ErrorCode,
    params: Finding['params'] = {},
    options: { cause?: unknown; issues?: readonly FieldIssue[] } = {},
  ) {
    super(proseOf({ code, params }), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.params = params;
    this.issues = options.issues;
  }

  get status(): number {
    return errorCatalogue[this.code][0];
  }
}
