import type pg from 'pg';
import { lendSlice } from './lent-slices.ts';

/** What a `copy ... to stdout (format binary)` answers, in the form of any other result. */
export interface CopiedRows {
  readonly command: 'COPY';
  readonly rowCount: number;
  readonly rows: readonly (readonly (Buffer | null)[])[];
}

export const isCopyOut = (text: string): boolean => text.startsWith('copy (');

/** Begins the first row, and ends with a count of columns that no row can have. */
const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
const headerBytes = signature.length + 8;
const endOfRows = -1;

/** One message is one row, in PostgreSQL's binary format; the first has the header before it. */
const readRow = (message: Buffer): (Buffer | null)[] | undefined => {
  let at = message.subarray(0, signature.length).equals(signature) ? headerBytes : 0;
  if (at === message.length) return undefined;
  const columns = message.readInt16BE(at);
  if (columns === endOfRows) return undefined;
  at += 2;
  return Array.from({ length: columns }, () => {
    const bytes = message.readInt32BE(at);
    at += 4;
    if (bytes === -1) return null;
    at += bytes;
    // A copy: the driver writes what comes next over the message.
    return lendSlice(message.subarray(at - bytes, at));
  });
};

/** Runs it. Of all that PostgreSQL sends, only this the driver hands on without making text of it. */
export const copyOut = (client: pg.PoolClient, text: string): Promise<CopiedRows> =>
  new Promise((resolve, reject) => {
    const rows: (Buffer | null)[][] = [];
    const ignore = (): void => undefined;
    client.query({
      submit: (connection: pg.Connection): void => connection.query(text),
      handleCopyData: ({ chunk }: { readonly chunk: Buffer }): void => {
        const row = readRow(chunk);
        if (row !== undefined) rows.push(row);
      },
      handleCommandComplete: ignore,
      handleReadyForQuery: (): void => resolve({ command: 'COPY', rowCount: rows.length, rows }),
      handleError: reject,
    } as pg.Submittable);
  });
