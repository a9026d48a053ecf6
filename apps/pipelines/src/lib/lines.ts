import { PipelineFailure } from './failure.ts';

const maxLineCharacters = 1024 * 1024;

/**
 * Cuts ISO-8859-1 bytes into lines without their ends (LF or CR LF) and hands them over synchronously, chunk by chunk;
 * after each chunk `afterChunk` is awaited, which is where back-pressure comes in. One character is one byte, so a
 * chunk never cuts a character.
 */
export async function readLatin1Lines(
  bytes: AsyncIterable<Buffer>,
  file: string,
  onLine: (line: string, number: number) => void,
  afterChunk: () => Promise<void>,
): Promise<void> {
  let rest = '';
  let number = 0;
  const emit = (line: string) => {
    number += 1;
    onLine(line.endsWith('\r') ? line.slice(0, -1) : line, number);
  };
  for await (const chunk of bytes) {
    const text = rest + chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      emit(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
    if (rest.length > maxLineCharacters)
      throw new PipelineFailure(`${file}: line ${number + 1} is longer than ${maxLineCharacters} characters`);
    await afterChunk();
  }
  if (rest !== '') emit(rest);
  await afterChunk();
}
