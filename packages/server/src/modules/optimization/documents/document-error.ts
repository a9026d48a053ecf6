export type DocumentFault = 'invalid_json' | 'invalid_utf8' | 'not_a_number' | 'too_deep' | 'too_long';

/** Why a text is no document: `line` and `column` count from 1, columns in characters. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code: DocumentFault;
  readonly line: number;
  readonly column: number;

  constructor(code: DocumentFault, problem: string, position: { line: number; column: number }) {
    super(problem);
    this.code = code;
    this.line = position.line;
    this.column = position.column;
  }
}

const newline = 0x0a;

/** The place of the byte at `offset` as an editor shows it. */
export const positionOf = (bytes: Uint8Array, offset: number): { line: number; column: number } => {
  let line = 1;
  let column = 1;
  for (const byte of bytes.subarray(0, offset)) {
    if (byte === newline) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      // The later bytes of a character do not count.
      column += 1;
    }
  }
  return { line, column };
};
