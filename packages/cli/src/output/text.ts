import { stripVTControlCharacters } from 'node:util';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const invisible = /^[\p{Mark}\p{Cf}]/u;
const plain = /^[\u0020-\u007e]*$/;
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is taken out
const controls = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g;

const graphemeWidth = (grapheme: string): number => {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
};

/** Columns that a text takes on the terminal; colour sequences take none. */
export const widthOf = (text: string): number => {
  const bare = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  if (plain.test(bare)) return bare.length;
  let width = 0;
  for (const { segment } of graphemes.segment(bare)) width += graphemeWidth(segment);
  return width;
};

/** Cuts a text without colours to `columns`, with an ellipsis where something is missing. */
export const truncate = (text: string, columns: number): string => {
  if (widthOf(text) <= columns) return text;
  if (columns <= 0) return '';
  let kept = '';
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width + graphemeWidth(segment);
    if (next > columns - 1) break;
    kept += segment;
    width = next;
  }
  return `${kept}…`;
};

/**
 * Makes text of others safe for a terminal: sequences that move the cursor, rename the window or recolour
 * are taken out. Tabs stay.
 */
export const harmless = (text: string): string => stripVTControlCharacters(text).replaceAll(controls, ' ');
