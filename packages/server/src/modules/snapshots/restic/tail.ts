/** The last lines of an output of any length: what an error is explained with. */
export interface Tail {
  add(line: string): void;
  readonly text: string;
}

const maxLineLength = 1000;
/** restic explains some failures with the stack of its own program. */
const stackLine = /^\s*(\t|(github\.com|golang\.org|main|runtime|net|os)[./][\w./*()-]+$)/;

export const createTail = (maxLines: number): Tail => {
  let lines: string[] = [];
  return {
    add: (line) => {
      if (stackLine.test(line)) return;
      lines.push(line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line);
      if (lines.length > maxLines * 2) lines = lines.slice(-maxLines);
    },
    get text() {
      return lines.slice(-maxLines).join('\n');
    },
  };
};
