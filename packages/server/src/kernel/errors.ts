import { describeError, errorCatalogue, type ErrorCode, type FieldError } from '@dumont/contracts/errors';

export type FieldIssue = Readonly<FieldError>;

/**
 * A failure that a caller may know of: a code of the catalogue with the parameters of its text. `cause` is for
 * the log alone. Anything else that is thrown is a 500 without internals.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly params: Readonly<Record<string, unknown>>;
  readonly issues: readonly FieldIssue[] | undefined;

  constructor(
    code: ErrorCode,
    params: Readonly<Record<string, unknown>> = {},
    options: { cause?: unknown; issues?: readonly FieldIssue[] } = {},
  ) {
    super(describeError(code, params), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.params = params;
    this.issues = options.issues;
  }

  get status(): number {
    return errorCatalogue[this.code][0];
  }
}
