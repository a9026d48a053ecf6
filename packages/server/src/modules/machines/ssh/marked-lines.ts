import { StringDecoder } from 'node:string_decoder';

/** Beyond this a line is cut: memory is bounded. */
const maxLineLength = 1024 * 1024;
/** A mark with what stands behind it is shorter. */
const tailLength = 128;
const maxNoise = 64 * 1024;

export interface MarkedLines {
  push(chunk: Buffer): void;
  /** The stream is over. A line without its end counts; without a first mark all that came does. */
  finish(): void;
}

/**
 * Hands over the lines between two marks, one `MARK s ...`, one `MARK e ...`. Before a mark there may be something in
 * the same line: a program's last line need not have an end.
 */
export const createMarkedLines = (
  mark: string,
  on: {
    start(text: string): void;
    line(line: string): void;
    end(text: string): void;
  },
): MarkedLines => {
  const decoder = new StringDecoder('utf8');
  let state: 'before' | 'inside' | 'after' = 'before';
  let noise: string[] = [];
  let noiseLength = 0;
  let head = '';
  let tail = '';

  const append = (text: string): void => {
    const room = Math.max(0, maxLineLength - head.length);
    head += text.slice(0, room);
    if (text.length > room) tail = (tail + text.slice(room)).slice(-tailLength);
  };

  const take = (line: string): void => {
    if (state === 'inside') on.line(line);
    else if (state === 'before' && noiseLength < maxNoise) {
      noise.push(line);
      noiseLength += line.length + 1;
    }
  };

  const endLine = (): void => {
    const line = head;
    const seen = tail === '' ? head : head.slice(-tailLength) + tail;
    head = '';
    tail = '';
    const at = seen.indexOf(`${mark} `);
    if (at === -1) {
      take(line);
      return;
    }
    const text = seen.slice(at + mark.length + 3);
    const isCut = seen.length !== line.length;
    const rest = isCut ? line : line.slice(0, at);
    if (seen[at + mark.length + 1] === 's') {
      state = 'inside';
      noise = [];
      on.start(text);
      return;
    }
    if (rest !== '') take(rest);
    finishNoise();
    state = 'after';
    on.end(text);
  };

  const finishNoise = (): void => {
    if (state !== 'before') return;
    state = 'inside';
    for (const line of noise) on.line(line);
    noise = [];
  };

  return {
    push: (chunk) => {
      if (state === 'after') return;
      const lines = decoder.write(chunk).split('\n');
      for (const [index, text] of lines.entries()) {
        append(text);
        if (index < lines.length - 1) endLine();
      }
    },
    finish: () => {
      if (state === 'after') return;
      if (head !== '') take(head);
      finishNoise();
      state = 'after';
    },
  };
};
