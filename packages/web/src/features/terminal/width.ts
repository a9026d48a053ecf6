const combining = /^[\p{Mn}\p{Me}\p{Cf}\uFE0F]$/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/** East Asian wide and fullwidth characters, by blocks. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** How many cells a character takes: 0 joins the one before it. */
export const widthOf = (char: string): 0 | 1 | 2 => {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (combining.test(char)) return 0;
  return emoji.test(char) || wide.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
};
