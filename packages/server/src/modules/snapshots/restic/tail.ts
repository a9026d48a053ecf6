/** The last lines of an output of any length: what an error is explained with. */
export interface Tail {
  add(line: string): void;
  readonly text: string;
}

const maxLineLength = 1000;

export const createTail = (maxLines: number): Tail => {
  let lines: string[] = [];
  return {
    add: (line) => {
      lines.push(line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line);
      if (lines.length > maxLines * 2) lines = lines.slice(-maxLines);
    },
    get text() {
      return lines.slice(-maxLines).join('\n');
    },
  };
};
