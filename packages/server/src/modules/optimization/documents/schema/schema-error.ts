export type SchemaProblem = 'invalid_schema' | 'schema_too_large' | 'too_slow';

/** A schema that nothing can be held against; `too_slow`: neither compiling nor validating came to an end in time. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
  readonly code: SchemaProblem;

  constructor(code: SchemaProblem, problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.code = code;
  }
}
