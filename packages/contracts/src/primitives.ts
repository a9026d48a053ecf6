import { z } from 'zod';
import { cnpjShape, isCnpj } from './cnpj.ts';

/** Shapes that every part of the contract shares. */

/** UUID v7 in lower case. */
export const Id = z.uuid();
export type Id = string;

/** ISO-8601 in UTC, as the server writes it. */
export const Timestamp = z.iso.datetime();
/** `YYYY-MM-DD`; a date that does not exist is refused. */
export const IsoDate = z.iso.date().refine((date) => !date.startsWith('0000'), 'there was no year 0');

/** PostgreSQL's text cannot hold NUL, its JSON no half of a surrogate pair: so no string of the API may. */
const isStorable = (value: string): boolean => !value.includes('\u0000') && value.isWellFormed();
const notStorable = 'must be well-formed Unicode without NUL';

/** A line of text for people: trimmed, never empty, no control characters. */
export const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/u, 'must not contain control characters')
    .refine(isStorable, notStorable);

export const longText = (maxLength: number) => z.string().max(maxLength).refine(isStorable, notStorable);

/** A fund or company, without signs: `00017024000153`, `12ABC34501DE35`. */
export const Cnpj = z
  .string()
  .regex(cnpjShape, 'must be a CNPJ: 14 digits or capital letters, without signs')
  .refine(isCnpj, 'must be a CNPJ with right check digits');

/** Lower-case words joined by `-` or `_`: names of pipelines, systems, roles, metrics labels. */
export const Slug = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[a-z][a-z0-9_-]*$/);

export const Email = z.email().max(254).toLowerCase();

export const Username = z
  .string()
  .min(2)
  .max(254)
  .regex(/^[\p{L}\p{N}._@+-]+$/u, 'letters, digits and . _ @ + - only');

/** What may be chosen as a password. The upper bound keeps hashing cheap to refuse. */
export const NewPassword = longText(200).min(10, 'at least 10 characters');

/** JSON that a run or rule carries; bounded by the route's body limit. */
export const JsonObject = z
  .record(z.string().max(200), z.json())
  // JSON.stringify writes both as escapes; a text that merely looks like one has two backslashes.
  .refine((value) => !/(?<!\\)(\\\\)*\\u(0000|d[89a-f]..)/.test(JSON.stringify(value)), notStorable);
export type JsonObject = z.infer<typeof JsonObject>;

/** Keyset paging: pass `nextCursor` of a page as `cursor` of the next. */
export const pageQuery = {
  cursor: z
    .string()
    .max(300)
    .regex(/^[A-Za-z0-9_-]+$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/** A switch in a query string. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** A person as other objects mention them. */
export const UserRef = z.strictObject({ id: Id, name: z.string() });

export const IdParams = z.strictObject({ id: Id });
