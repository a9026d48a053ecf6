const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters become references as S3 writes them: a parser would turn a bare CR into LF. */
export const escapeXml = (text: string): string =>
  text.replaceAll(
    /[&<>"'\p{Cc}\ufffe\uffff]/gu,
    (character) => named[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );

/** An element with text, or with elements that are XML already. */
export const xml = (name: string, content: string | number | boolean | readonly string[]): string =>
  `<${name}>${typeof content === 'object' ? content.join('') : escapeXml(String(content))}</${name}>`;

export const xmlDocument = (name: string, children: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${
    // Errors stand outside of the namespace.
    name === 'Error' ? '' : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
  }>${children.join('')}</${name}>`;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export const unescapeXml = (text: string): string =>
  text.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (typeof name === 'string') return entities[name.toLowerCase()] ?? whole;
      const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number.parseInt(String(decimal), 10);
      return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
    },
  );

/**
 * The insides of the elements of one name, in order, in one pass. Undefined when one is not closed, or where there
 * are constructs that no S3 client sends (comments, CDATA, document types).
 */
export const elementsOf = (source: string, name: string): string[] | undefined => {
  if (source.includes('<!')) return undefined;
  const found: string[] = [];
  const opening = new RegExp(`<${name}(?:\\s[^<>]*)?>`, 'g');
  const closing = `</${name}>`;
  for (let match = opening.exec(source); match !== null; match = opening.exec(source)) {
    const end = source.indexOf(closing, opening.lastIndex);
    if (end === -1) return undefined;
    found.push(source.slice(opening.lastIndex, end));
    opening.lastIndex = end + closing.length;
  }
  return found;
};

/** The text of the first element of that name. */
export const textOf = (source: string, name: string): string | undefined => {
  const inside = elementsOf(source, name)?.[0];
  return inside === undefined ? undefined : unescapeXml(inside);
};
