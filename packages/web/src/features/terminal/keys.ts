/** The part of a keyboard event that is read. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const escape = '\u001b';
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: 'A',
  ArrowDown: 'B',
  ArrowRight: 'C',
  ArrowLeft: 'D',
  Home: 'H',
  End: 'F',
};
const tildes: Readonly<Record<string, number>> = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
const functions: Readonly<Record<string, string>> = { F1: 'P', F2: 'Q', F3: 'R', F4: 'S' };

const controls: Readonly<Record<string, string>> = {
  ' ': '\u0000',
  '@': '\u0000',
  '[': escape,
  '\\': '\u001c',
  ']': '\u001d',
  '^': '\u001e',
  _: '\u001f',
  '?': '\u007f',
};

/** xterm's number for the modifiers that are held; 1 for none. */
const modifier = ({ shiftKey, altKey, ctrlKey }: Key): number =>
  1 + (shiftKey ? 1 : 0) + (altKey ? 2 : 0) + (ctrlKey ? 4 : 0);

const special = (pressed: Key, applicationCursor: boolean): string | undefined => {
  const held = modifier(pressed);
  const arrow = arrows[pressed.key];
  if (arrow !== undefined) {
    if (held > 1) return `${escape}[1;${held}${arrow}`;
    return `${escape}${applicationCursor ? 'O' : '['}${arrow}`;
  }
  const tilde = tildes[pressed.key];
  if (tilde !== undefined) return `${escape}[${tilde}${held > 1 ? `;${held}` : ''}~`;
  const fn = functions[pressed.key];
  return fn === undefined ? undefined : held > 1 ? `${escape}[1;${held}${fn}` : `${escape}O${fn}`;
};

const named: Readonly<Record<string, string>> = {
  Enter: '\r',
  Backspace: '\u007f',
  Tab: '\t',
  Escape: escape,
};

/**
 * What a key sends; undefined for those that are the browser's: text comes as input, Shift+Tab leaves the terminal,
 * Ctrl+Shift and the system's key are for shortcuts.
 */
export const keyBytes = (pressed: Key, applicationCursor: boolean): string | undefined => {
  const { key, ctrlKey, altKey, shiftKey, metaKey } = pressed;
  if (metaKey || (ctrlKey && shiftKey) || (key === 'Tab' && shiftKey)) return undefined;
  const known = special(pressed, applicationCursor) ?? named[key];
  if (known !== undefined) return altKey && named[key] !== undefined ? `${escape}${known}` : known;
  if (key.length !== 1) return undefined;
  if (ctrlKey && !altKey) {
    const letter = /^[a-z]$/i.test(key)
      ? String.fromCharCode(key.toUpperCase().charCodeAt(0) - 64)
      : undefined;
    return letter ?? controls[key];
  }
  return altKey && !ctrlKey ? `${escape}${key}` : undefined;
};

/** Pasted text as a program wants it: lines end as the Enter key does, and it cannot end the paste itself. */
export const pasteBytes = (text: string, bracketed: boolean): string => {
  const lines = text.replaceAll(/\r?\n/g, '\r');
  return bracketed ? `${escape}[200~${lines.replaceAll(escape, '')}${escape}[201~` : lines;
};
