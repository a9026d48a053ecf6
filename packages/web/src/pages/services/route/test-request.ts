import { linesOf } from '../../../lib/lines.ts';

/** A path that the route takes, to begin with: what its parameters are stays to be said. */
export const firstTarget = (path: string): string => path.replace(/\/\{\w+\+\}$/, '') || '/';

/** `name: value` by the line. */
export const headersOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    linesOf(text).map((line) => {
      const at = line.indexOf(':');
      return [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );

/** JSON is shown with its lines broken; anything else as it came. */
export const readable = (body: string): string => {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
};
