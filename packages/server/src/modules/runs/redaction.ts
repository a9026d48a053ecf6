import { cutMark } from './log-lines.ts';

/** Shorter values would blacken half of every log ("1", "sim"), and no secret is that short. */
const minLength = 4;
const mask = '********';

/**
 * Replaces each value, and the forms in which it travels (URL-encoded, base64, escaped for JSON), by
 * `********`. Values of several lines are known by their lines too, because logs are read line by line.
 * Values of fewer than 4 characters are left alone, and so is the beginning of one that is no longer, where a line was
 * cut inside it.
 */
export const createRedactor = (secrets: readonly string[]): ((text: string) => string) => {
  const forms = new Set(
    secrets
      .flatMap(linesOf)
      .filter((secret) => secret.length >= minLength)
      .flatMap(formsOf),
  );
  if (forms.size === 0) return (text) => text;
  // The longest first, so that a value that begins with another one is replaced whole.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(ordered.map(literally).join('|'), 'g');
  const beginnings = (text: string): string => {
    const [mark = ''] = cutMark.exec(text) ?? [];
    const kept = mark === '' ? text : text.slice(0, -mark.length);
    for (let length = (ordered[0]?.length ?? 0) - 1; length >= minLength; length -= 1) {
      const end = kept.slice(-length);
      if (end.length === length && ordered.some((form) => form.length > length && form.startsWith(end)))
        return `${kept.slice(0, -length)}${mask}${mark}`;
    }
    return text;
  };
  return (text) => {
    const clean = text.replace(pattern, mask);
    return cutMark.test(clean) ? beginnings(clean) : clean;
  };
};

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

const linesOf = (secret: string): string[] => {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return lines.length === 1 ? [secret] : [secret, ...lines];
};

const formsOf = (secret: string): string[] => {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const strictly = encoded.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const urlForms = [encoded, strictly, strictly.replaceAll('%20', '+')];
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    ...urlForms,
    ...urlForms.map((form) => form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    escaped,
    escaped.replaceAll('/', '\\/'),
    ...base64FormsOf(secret),
  ];
};

/** Below this the inner part of an encoded value is too likely to stand somewhere by chance. */
const minInnerLength = 8;

/**
 * The value encoded alone, and the characters that it gives at each place inside a longer encoded text
 * (`user:password` of an Authorization header): three bytes make four characters, so there are three.
 */
const base64FormsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  const inner = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    const wholeBits = (shift + bytes.length) * 8;
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(wholeBits / 6));
  });
  const forms = [bytes.toString('base64'), ...inner.filter((form) => form.length >= minInnerLength)];
  return [
    ...forms,
    ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')),
  ];
};
