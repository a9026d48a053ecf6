/** What the bytes of a terminal ask for, in order. */
export interface ParserActions {
  readonly print: (char: string) => void;
  /** C0 controls by their code, `ESC` excepted. */
  readonly control: (code: number) => void;
  /** `CSI`: `prefix` is one of `<=>?` or nothing, `between` what stands before the final letter. */
  readonly csi: (final: string, params: readonly number[], prefix: string, between: string) => void;
  /** `ESC`, what stands between, a final character. */
  readonly escape: (final: string, between: string) => void;
}

type State = 'ground' | 'escape' | 'csi' | 'string' | 'string-escape';

/** Longer ones are not commands but noise. */
const longest = 256;

/**
 * The control sequences of ECMA-48 and xterm in a stream of text; a sequence may be cut anywhere. Strings to the
 * terminal (titles, clipboards, DCS) are read over.
 */
export const createParser = (actions: ParserActions): ((text: string) => void) => {
  let state: State = 'ground';
  let held = '';

  const finishCsi = (final: string): void => {
    const [, prefix = '', params = '', between = ''] = /^([<=>?]?)([\d;:]*)([ -/]*)$/.exec(held) ?? [];
    const isWhole = held.length === prefix.length + params.length + between.length;
    state = 'ground';
    held = '';
    if (!isWhole) return;
    actions.csi(final, params === '' ? [] : params.split(/[;:]/).map(Number), prefix, between);
  };

  const inEscape = (char: string, code: number): void => {
    if (char === '[') {
      state = 'csi';
      held = '';
    } else if (char === ']' || char === 'P' || char === '_' || char === '^' || char === 'X') {
      state = 'string';
    } else if (code >= 0x20 && code <= 0x2f) {
      held += char;
    } else {
      state = 'ground';
      actions.escape(char, held);
      held = '';
    }
  };

  const take = (char: string, code: number): void => {
    if (state === 'string' || state === 'string-escape') {
      // Ends with BEL, or with ESC and a backslash.
      if (code === 7 || (state === 'string-escape' && char === '\\')) state = 'ground';
      else state = code === 0x1b ? 'string-escape' : 'string';
      return;
    }
    if (code === 0x1b) {
      state = 'escape';
      held = '';
    } else if (code === 0x18 || code === 0x1a) {
      state = 'ground';
    } else if (code < 0x20) {
      actions.control(code);
    } else if (state === 'escape') {
      inEscape(char, code);
    } else if (state === 'csi') {
      if (code >= 0x40 && code <= 0x7e) finishCsi(char);
      else if (held.length < longest) held += char;
    } else if (code !== 0x7f) {
      actions.print(char);
    }
  };

  return (text) => {
    for (const char of text) take(char, char.codePointAt(0) ?? 0);
  };
};
