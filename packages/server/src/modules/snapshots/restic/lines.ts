import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Beyond this a line is cut: nothing that we read needs more, and memory is bounded. */
const maxLineLength = 1024 * 1024;

/** Hands over a stream line by line, the last one also without its end. Resolves when the stream is over. */
export const readLines = async (stream: Readable, onLine: (line: string) => void): Promise<void> => {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = (lines.pop() ?? '').slice(0, maxLineLength);
    for (const line of lines) onLine(line);
  };
  // One read at a time: who listens slowly slows the program down.
  for await (const chunk of stream) take(decoder.write(chunk as Buffer));
  if (rest !== '') onLine(rest);
};
