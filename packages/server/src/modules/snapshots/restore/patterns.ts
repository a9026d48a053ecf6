/** Patterns are arguments of a program; each costs restic a comparison a file. */
export const maxPatterns = 1000;

/** What restic's patterns give a meaning to. */
const special = /[\\*?[\]]/g;

const isUtf8 = (bytes: string): boolean =>
  Buffer.from(Buffer.from(bytes, 'latin1').toString()).toString('latin1') === bytes;

/**
 * The pattern of restic for one path (bytes as Latin-1). Arguments are UTF-8: bytes that are not become a `*`, which
 * matches a little more.
 */
export const patternOf = (path: string): string =>
  path
    .split('/')
    .map((name) =>
      isUtf8(name)
        ? Buffer.from(name, 'latin1').toString().replaceAll(special, '\\$&')
        : name.replaceAll(special, '\\$&').replaceAll(/[\u0080-\u00ff]+/g, '*'),
    )
    .join('/');
