import { once } from 'node:events';
import type { Host, Screen } from '../host.ts';
import { createStyle, type Style } from './style.ts';
import { type Column, formatTable } from './table.ts';

/** Where a command puts what it has to say: results to stdout, everything else to stderr. */
export interface Output {
  readonly json: boolean;
  /** Style of stdout. */
  readonly style: Style;
  /** Style of stderr. */
  readonly noteStyle: Style;
  /** Columns of the terminal behind stdout; undefined when it is a file or a pipe. */
  readonly columns: number | undefined;
  /** The result: JSON for scripts, or the text for people. */
  result(value: unknown, text: () => string): Promise<void>;
  /** A list as a table, or as a JSON array; `whenEmpty` tells what would put something in it. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], whenEmpty: string): Promise<void>;
  /** Raw text to stdout; resolves when the reader keeps up. */
  write(text: string): Promise<void>;
  writeBytes(bytes: Uint8Array): Promise<void>;
  /** One JSON object on a line of its own. */
  jsonLine(value: unknown): Promise<void>;
  /** A remark for people, to stderr; scripts that ask for JSON do not see it. */
  note(text: string): Promise<void>;
  warn(text: string): Promise<void>;
}

const writeTo = async (screen: Screen, text: string | Uint8Array): Promise<void> => {
  if (!screen.write(text)) await once(screen, 'drain');
};

export const createOutput = (host: Host, options: { json: boolean; colours: boolean }): Output => {
  const { json } = options;
  const style = createStyle(host, host.stdout, options.colours);
  const noteStyle = createStyle(host, host.stderr, options.colours);
  const columns = host.stdout.isTTY === true ? host.stdout.columns : undefined;
  const output: Output = {
    json,
    style,
    noteStyle,
    columns,
    write: (text) => writeTo(host.stdout, text),
    writeBytes: (bytes) => writeTo(host.stdout, bytes),
    jsonLine: (value) => writeTo(host.stdout, `${JSON.stringify(value)}\n`),
    note: async (text) => {
      if (!json) await writeTo(host.stderr, `${text}\n`);
    },
    warn: (text) => writeTo(host.stderr, `${noteStyle.paint('warning', 'Warning:')} ${text}\n`),
    result: (value, text) => writeTo(host.stdout, `${json ? JSON.stringify(value, undefined, 2) : text()}\n`),
    list: async (rows, definitions, whenEmpty) => {
      if (!json && rows.length === 0) return output.note(whenEmpty);
      await output.result(rows, () => formatTable(rows, definitions, style, columns));
    },
  };
  return output;
};
