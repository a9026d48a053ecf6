/** What is written on lines of its own, without empty ones. */
export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Absolute, without `..` and a final slash: what the server takes as a folder of a machine. */
export const isFolderPath = (path: string): boolean =>
  path.length <= 1000 && /^(\/(?!\.{1,2}(\/|$))[^/\p{Cc}]+)+$/u.test(path);
