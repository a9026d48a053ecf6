import { copyNull, escapeCopyText, type RowSink } from './copy.ts';
import { PipelineFailure } from './failure.ts';
import { createFieldParser, kindTexts, type FieldKind, type FieldParser } from './fields.ts';
import { readLatin1Lines } from './lines.ts';

/** One column of a table and the header names under which the files have carried it, newest first. */
export interface ColumnSpec {
  readonly name: string;
  readonly from: readonly string[];
  readonly kind: FieldKind;
  /** The row is worth nothing without it. */
  readonly required?: boolean;
  /** For a column that old files do not have, or that may be empty, and that must not be null. */
  readonly whenEmpty?: string;
}

export interface RowSpec {
  readonly columns: readonly ColumnSpec[];
  /** A jsonb column that takes every other non-empty field under its name in the file. */
  readonly rest?: string;
  /** Fields that do not go into `rest`. */
  readonly ignored?: readonly string[];
  /** Columns with the same value in every row of one file, such as the block. */
  readonly constants?: Readonly<Record<string, string>>;
  /** A column that takes the line number. */
  readonly lineColumn?: string;
}

export interface RowProblem {
  readonly line: number;
  readonly column: string;
  readonly reason: string;
  readonly content: string;
}

export interface RowCounts {
  read: number;
  rejected: number;
}

interface BoundColumn {
  readonly spec: ColumnSpec;
  /** Position in the file; -1 when the file does not have it. */
  readonly index: number;
  readonly header: string;
  readonly parse: FieldParser;
  readonly empty: string;
}

/** The order in which rows of `spec` are written. */
export function columnNames(spec: RowSpec): string[] {
  return [
    ...Object.keys(spec.constants ?? {}),
    ...(spec.lineColumn === undefined ? [] : [spec.lineColumn]),
    ...spec.columns.map((column) => column.name),
    ...(spec.rest === undefined ? [] : [spec.rest]),
  ];
}

function bindColumns(spec: RowSpec, header: readonly string[], file: string): BoundColumn[] {
  const missing: string[] = [];
  const bound = spec.columns.map((column) => {
    const index = column.from.reduce((found, name) => (found >= 0 ? found : header.indexOf(name)), -1);
    if (index < 0 && column.required === true) missing.push(column.from.join(' or '));
    return {
      spec: column,
      index,
      header: header[index] ?? column.from[0] ?? column.name,
      parse: createFieldParser(column.kind),
      empty: column.whenEmpty ?? copyNull,
    };
  });
  if (missing.length > 0)
    throw new PipelineFailure(
      `${file}: the header has no ${missing.join(', no ')}; it reads ${header.slice(0, 12).join(';')}`,
    );
  return bound;
}

type Problem = Omit<RowProblem, 'line' | 'content'>;

/** Turns the fields of one line into a COPY row, or says what is wrong with it. */
function createRowWriter(spec: RowSpec, header: readonly string[], file: string) {
  const columns = bindColumns(spec, header, file);
  const used = new Set(columns.map((column) => column.index));
  const others = spec.rest === undefined ? [] : header.map((name, index) => ({ name, index }));
  const rest = others.filter(({ name, index }) => !used.has(index) && !spec.ignored?.includes(name));
  const prefix = Object.values(spec.constants ?? {}).map(escapeCopyText);
  const jsonKeys = rest.map(({ name }) => JSON.stringify(name));

  function restJson(fields: readonly string[]): string {
    let json = '';
    rest.forEach(({ index }, position) => {
      const value = fields[index];
      if (value) json += `${json === '' ? '' : ','}${jsonKeys[position]}:${JSON.stringify(value)}`;
    });
    return escapeCopyText(`{${json}}`);
  }

  return (fields: readonly string[], line: number): string | Problem => {
    if (fields.length !== header.length)
      return { column: '', reason: `${fields.length} fields where the header has ${header.length}` };
    let row = '';
    for (const value of prefix) row += `${value}\t`;
    if (spec.lineColumn !== undefined) row += `${line}\t`;
    for (const column of columns) {
      const raw = fields[column.index] ?? '';
      if (raw === '') {
        if (column.spec.required === true) return { column: column.header, reason: 'is empty' };
        row += column.empty;
      } else {
        const value = column.parse(raw);
        if (value === undefined)
          return {
            column: column.header,
            reason: `"${raw.slice(0, 60)}" is not ${kindTexts[column.spec.kind]}`,
          };
        row += column.spec.kind === 'text' ? escapeCopyText(value) : value;
      }
      row += '\t';
    }
    return spec.rest === undefined ? row.slice(0, -1) : row + restJson(fields);
  };
}

/**
 * Reads a CSV as the public sites publish it: ISO-8859-1, `;`, a header, no quotes (a quotation mark is a character
 * like any other). Good rows go to the sink, bad ones to `onProblem`; nothing is dropped without a word.
 */
export async function readDelimited(
  bytes: AsyncIterable<Buffer>,
  file: string,
  spec: RowSpec,
  sink: RowSink,
  onProblem: (problem: RowProblem) => void,
): Promise<RowCounts> {
  const counts: RowCounts = { read: 0, rejected: 0 };
  let write: ReturnType<typeof createRowWriter> | undefined;
  await readLatin1Lines(
    bytes,
    file,
    (line, number) => {
      if (!write) {
        // Some members begin with a UTF-8 byte order mark.
        const header = line.replace(/^ï»¿/, '').split(';');
        write = createRowWriter(
          spec,
          header.map((name) => name.trim()),
          file,
        );
        return;
      }
      if (line === '') return;
      counts.read += 1;
      const row = write(line.split(';'), number);
      if (typeof row === 'string') sink.write(row);
      else {
        counts.rejected += 1;
        onProblem({ ...row, line: number, content: line });
      }
    },
    () => sink.flush(),
  );
  if (!write) throw new PipelineFailure(`${file} is empty: not even a header`);
  return counts;
}
