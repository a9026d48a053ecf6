/**
 * Names in restic's trees are bytes quoted as Go quotes them, without the quotation marks around. Answers them as
 * Latin-1 text.
 */
const simple: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
const escape = /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gsu;

const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

export const unquoteName = (quoted: string): string => {
  let bytes = '';
  let at = 0;
  for (const found of quoted.matchAll(escape)) {
    const [whole, byte, short, long, character = ''] = found;
    bytes += utf8(quoted.slice(at, found.index));
    if (byte !== undefined) bytes += String.fromCharCode(Number.parseInt(byte, 16));
    else if (short !== undefined || long !== undefined)
      bytes += utf8(String.fromCodePoint(Number.parseInt(short ?? long ?? '', 16)));
    else bytes += simple[character] ?? character;
    at = found.index + whole.length;
  }
  return bytes + utf8(quoted.slice(at));
};
