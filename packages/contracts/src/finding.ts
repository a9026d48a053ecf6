import { z } from 'zod';

/** What the server says, without its words: for clients that have their own. */
export const Finding = z
  .strictObject({
    code: z.string(),
    /** What its words are filled with: figures, names, and findings themselves. */
    get params() {
      return z.record(z.string(), z.union([z.string(), z.number(), Finding]));
    },
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** With the server's words beside it: for clients that have their own for some. */
export const ToldFinding = Finding.extend({ text: z.string() }).meta({ id: 'ToldFinding' });
export type ToldFinding = z.infer<typeof ToldFinding>;
