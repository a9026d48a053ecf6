import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { fileFailure } from './failure.ts';

export interface RejectedRow {
  readonly system: string;
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly reason: string;
  readonly content: string;
}

/** `rejected-rows.csv` among the artifacts: which rows were left out, where they stand, and why. */
export interface RejectedRows extends AsyncDisposable {
  add(row: RejectedRow): void;
}

/** Per file; further ones are counted in the summary, but a file of another format must not fill the disk. */
export const maxRejectedPerFile = 10_000;
const maxContentCharacters = 2000;

const header = 'sistema;arquivo;linha;coluna;motivo;conteudo\r\n';

/** A leading `=`, `+`, `-` or `@` would run as a formula when the list is opened in a spreadsheet. */
function cell(value: string | number): string {
  const text = String(value).slice(0, maxContentCharacters);
  return `"${(/^[=+@\t-]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

export function createRejectedRows(path: string | undefined): RejectedRows {
  if (path === undefined) return { add: () => undefined, [Symbol.asyncDispose]: () => Promise.resolve() };
  let stream: WriteStream | undefined;
  let failure: Error | undefined;
  const perFile = new Map<string, number>();
  return {
    add(row) {
      if (!stream) {
        stream = createWriteStream(path);
        stream.on('error', (error) => {
          failure = error;
        });
        // A byte order mark, so that a spreadsheet takes the accents right.
        stream.write(`\ufeff${header}`);
      }
      const file = `${row.system} ${row.file}`;
      const count = (perFile.get(file) ?? 0) + 1;
      perFile.set(file, count);
      if (count > maxRejectedPerFile) return;
      const cells = [row.system, row.file, row.line, row.column, row.reason, row.content];
      stream.write(`${cells.map(cell).join(';')}\r\n`);
    },
    async [Symbol.asyncDispose]() {
      if (!stream) return;
      if (!failure) {
        const closed = once(stream, 'close');
        stream.end();
        await closed.catch(() => undefined);
      }
      if (failure) throw fileFailure('cannot write', path, failure);
    },
  };
}
