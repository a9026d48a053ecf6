/** As much of HTML as a sign-in page needs. The portal pipeline reads the same forms the same way. */

export interface LoginForm {
  readonly action: string;
  readonly method: string;
  readonly userField: string;
  readonly passwordField: string;
  /** Hidden fields, such as a token against forged requests. */
  readonly hidden: Readonly<Record<string, string>>;
}

type Attributes = Readonly<Record<string, string>>;

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const decode = (text: string): string =>
  text.replaceAll(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });

const attributesOf = (tag: string): Attributes =>
  Object.fromEntries(
    [...tag.matchAll(/([A-Za-z_][\w:-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)].map(
      ([, name = '', double, single, bare]) => [name.toLowerCase(), decode(double ?? single ?? bare ?? '')],
    ),
  );

const typeOf = (input: Attributes): string => input['type']?.toLowerCase() ?? 'text';

/** The form that asks for a password; undefined when the page has none. */
export const findLoginForm = (html: string): LoginForm | undefined => {
  for (const part of html.split(/<form\b/i).slice(1)) {
    const [body = ''] = part.split(/<\/form>/i);
    const form = attributesOf(body.slice(0, body.indexOf('>')));
    const inputs = [...body.matchAll(/<input\b([^>]*)>/gi)].map(([, tag = '']) => attributesOf(tag));
    const password = inputs.find((input) => typeOf(input) === 'password')?.['name'];
    const user = inputs.find((input) => ['text', 'email', 'tel', 'number'].includes(typeOf(input)))?.['name'];
    if (password === undefined || user === undefined) continue;
    const hidden = inputs.filter((input) => typeOf(input) === 'hidden' && input['name'] !== undefined);
    return {
      action: form['action'] ?? '',
      method: (form['method'] ?? 'get').toLowerCase(),
      userField: user,
      passwordField: password,
      hidden: Object.fromEntries(hidden.map((input) => [input['name'] ?? '', input['value'] ?? ''])),
    };
  }
  return undefined;
};
