/** As much of HTML as the pages of portals need: forms, links, rows. */

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

export function decodeEntities(text: string): string {
  return text.replaceAll(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, name: string) => {
    if (name.startsWith('#')) {
      const code =
        name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
    return entities[name.toLowerCase()] ?? whole;
  });
}

export type Attributes = Readonly<Record<string, string>>;

function attributesOf(tag: string): Attributes {
  const found = tag.matchAll(/([A-Za-z_][\w:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return Object.fromEntries(
    [...found].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decodeEntities(double ?? single ?? bare ?? ''),
    ]),
  );
}

export function textOf(html: string): string {
  return decodeEntities(html.replaceAll(/<[^>]*>/g, ' '))
    .replaceAll(/\s+/g, ' ')
    .trim();
}

export interface LoginForm {
  readonly action: string;
  readonly method: string;
  readonly userField: string;
  readonly passwordField: string;
  /** Hidden fields and their values, such as a token against forged requests. */
  readonly hidden: Attributes;
}

/** The form that asks for a password; undefined when the page has none. */
export function findLoginForm(html: string): LoginForm | undefined {
  for (const [, tag = '', body = ''] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)) {
    const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, input = '']) => attributesOf(input));
    const typeOf = (input: Attributes) => input['type']?.toLowerCase() ?? 'text';
    const password = inputs.find((input) => typeOf(input) === 'password')?.['name'];
    const user = inputs.find((input) => ['text', 'email', 'tel', 'number'].includes(typeOf(input)))?.['name'];
    if (password === undefined || user === undefined) continue;
    const hidden = inputs.filter((input) => typeOf(input) === 'hidden' && input['name']);
    const form = attributesOf(tag);
    return {
      action: form['action'] ?? '',
      method: (form['method'] ?? 'get').toLowerCase(),
      userField: user,
      passwordField: password,
      hidden: Object.fromEntries(hidden.map((input) => [input['name'] ?? '', input['value'] ?? ''])),
    };
  }
  return undefined;
}

export interface Link {
  readonly attributes: Attributes;
  readonly text: string;
  /** Text of the table row or list item around it: dates and names of funds stand there. */
  readonly context: string;
}

export function linksOf(html: string): Link[] {
  const rows = [...html.matchAll(/<(tr|li)\b[^>]*>.*?<\/\1>/gis)].map(([row]) => row);
  const blocks = rows.length > 0 ? [...rows, html.replaceAll(/<(tr|li)\b[^>]*>.*?<\/\1>/gis, '')] : [html];
  return blocks.flatMap((block, index) =>
    [...block.matchAll(/<a\b([^>]*)>(.*?)<\/a>/gis)].map(([, tag = '', body = '']) => ({
      attributes: attributesOf(tag),
      text: textOf(body),
      context: index < rows.length ? textOf(block) : textOf(body),
    })),
  );
}
