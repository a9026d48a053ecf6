import { z } from 'zod';

/** Headers as a route names and sets them. */

export const headerName = z
  .string()
  .max(100)
  .toLowerCase()
  .regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/, 'must be the name of a header');
export const headerValue = z
  .string()
  .max(1000)
  .regex(/^[\u0020-\u007e\u00a0-\u00ff]*$/, 'must be letters of Latin-1, without control characters');

/**
 * Where a message ends, whom it is of and where it came from: set by hand, an answer to one client would be read by the
 * next.
 */
const notToSet =
  /^(connection|content-length|expect|keep-alive|te|trailer|transfer-encoding|upgrade|x-(consumer|gateway)-.*|x-forwarded-(for|host|proto)|x-request-id)$/;
export const headerRules = z.strictObject({
  set: z
    .record(
      headerName.refine((name) => !notToSet.test(name), 'is a header that only the gateway may set'),
      headerValue,
    )
    .default({}),
  remove: z.array(headerName).max(50).default([]),
});
