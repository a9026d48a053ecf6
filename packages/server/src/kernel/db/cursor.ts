import type { z } from 'zod';
import { AppError } from '../errors.ts';

/** As long as the contract lets a cursor be. */
const maxLength = 300;

/** The position after a page's last row, as text for a query string. Clients treat it as opaque. */
export const encodeCursor = (position: Readonly<Record<string, z.core.util.JSONType>>): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Reads a cursor that a caller gives back. Throws `request.cursor` for anything that the list did not give out. */
export const decodeCursor = <T extends z.ZodType>(cursor: string, shape: T): z.output<T> => {
  try {
    if (cursor.length > maxLength) throw new RangeError('longer than any cursor');
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString(), (_, value: unknown) => {
      // PostgreSQL's text cannot hold NUL.
      if (typeof value === 'string' && value.includes('\u0000')) throw new RangeError('holds NUL');
      return value;
    });
    return shape.parse(position);
  } catch (cause) {
    throw new AppError('request.cursor', {}, { cause });
  }
};
