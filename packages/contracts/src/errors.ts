import { z } from 'zod';
import { Finding } from './finding.ts';

export type { ErrorCode } from './error-catalogue.ts';

/** One field that needs correction; `path` leads to it: `body.systems.0`, `query.limit`. */
export const FieldError = z.strictObject({
  path: z.string(),
  message: z.string(),
  /** Of a document that breaks a JSON Schema: the keyword that it breaks, so that it can be said in other languages. */
  rule: z.string().optional(),
  /** What the sentence is about: `limit`, as the schema has it; `size`, of the value; `keys`, that it concerns. */
  params: z.record(z.string(), z.string()).optional(),
});
export type FieldError = z.infer<typeof FieldError>;

/** RFC 9457, with our code and the request's id. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    /** What filled the text, so that a client can word it in another language. */
    params: Finding.shape.params.optional(),
    errors: z.array(FieldError).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
