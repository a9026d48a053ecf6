import { once } from 'node:events';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

/** Takes rows in PostgreSQL's COPY text format, without the line end. */
export interface RowSink {
  write(row: string): void;
  /** Waits until the database keeps up. */
  flush(): Promise<void>;
}

export const copyNull = '\\N';

const needsEscape = /[\\\t\n\r\b\f\v]/;
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
};

export function escapeCopyText(text: string): string {
  return needsEscape.test(text)
    ? text.replaceAll(/[\\\t\n\r\b\f\v]/g, (found) => escapes[found] ?? found)
    : text;
}

/** One row; null stands for NULL. */
export function copyRow(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? copyNull : escapeCopyText(value))).join('\t');
}

const flushCharacters = 256 * 1024;

/**
 * Runs `fill` while `COPY table (columns) FROM STDIN` is open. When it throws, the copy is ended as failed, so that
 * the connection can roll back; nothing else may use the connection meanwhile.
 */
export async function copyInto<T>(
  client: pg.ClientBase,
  table: string,
  columns: readonly string[],
  fill: (sink: RowSink) => Promise<T>,
): Promise<T> {
  const stream = client.query(copyFrom(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  let pending = '';

  async function send(): Promise<void> {
    if (failure) throw failure;
    const bytes = Buffer.from(pending, 'utf8');
    pending = '';
    if (bytes.length > 0 && !stream.write(bytes)) await once(stream, 'drain');
  }

  try {
    const result = await fill({
      write(row) {
        pending += row;
        pending += '\n';
      },
      flush: () => (pending.length >= flushCharacters ? send() : Promise.resolve()),
    });
    await send();
    const finished = once(stream, 'finish');
    stream.end();
    await finished;
    return result;
  } catch (error) {
    if (failure) throw failure;
    const closed = once(stream, 'close').catch(() => undefined);
    stream.destroy(new Error('the load was given up'));
    await closed;
    throw error;
  }
}

/** For a dry run: everything is read and checked, nothing is kept. */
export const discardingSink: RowSink = {
  write: () => undefined,
  flush: () => Promise.resolve(),
};
