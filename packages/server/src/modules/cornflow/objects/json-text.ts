import { isGzip, type Packed } from '../../../kernel/packed/packed.ts';
import type { DoorAnswer } from '../door.ts';

/** JSON that goes into an answer as it is: numbers of users stay as they were written. */
export class Raw {
  readonly text: string | Packed;
  constructor(text: string | Packed) {
    this.text = text;
  }
}

export type Json =
  | Raw
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/** A stored document; `null` where there is none. */
export const raw = (document: string | Packed | null | undefined): Raw => new Raw(document ?? 'null');

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

/** What the text is made of, in its order. Members that are undefined are left out. */
const collect = (value: Json, pieces: (string | Packed)[]): (string | Packed)[] => {
  if (value instanceof Raw) pieces.push(value.text);
  else if (typeof value !== 'object' || value === null) pieces.push(JSON.stringify(value));
  else if (isList(value)) {
    pieces.push('[');
    for (const [at, item] of value.entries()) {
      if (at > 0) pieces.push(',');
      collect(item, pieces);
    }
    pieces.push(']');
  } else {
    let before = '{';
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      pieces.push(`${before}${JSON.stringify(name)}:`);
      collect(member, pieces);
      before = ',';
    }
    pieces.push(before === '{' ? '{}' : '}');
  }
  return pieces;
};

export const jsonText = (value: Json): string => collect(value, []).join('');

/** Texts between documents are a few bytes each: they go out together. */
const joinTexts = (pieces: readonly (string | Packed)[]): Packed[] => {
  const joined: Packed[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') joined.push(Buffer.from(text));
    text = '';
  };
  for (const piece of pieces) {
    if (typeof piece === 'string') text += piece;
    else {
      flush();
      joined.push(piece);
    }
  }
  flush();
  return joined;
};

/** Longer ones are worth the trouble. */
const shortText = 16 * 1024;

/**
 * What an answer has for it: the text, or where documents make it long, its pieces. A megabyte that is put together for
 * the socket is copied for nothing.
 */
export const jsonContent = (value: Json): Pick<DoorAnswer, 'json' | 'pieces'> => {
  const pieces = collect(value, []);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const isText = length <= shortText && !pieces.some((piece) => Buffer.isBuffer(piece) && isGzip(piece));
  return isText ? { json: pieces.join('') } : { pieces: joinTexts(pieces) };
};
