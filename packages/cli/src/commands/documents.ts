import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { Host } from '../host.ts';
import { readNamedFile } from '../input/read-file.ts';
import { formatSize } from '../output/units.ts';

/** Documents of solver apps go through as text: their numbers stay as they are written. */

const readStdin = async (host: Host): Promise<string> => {
  host.stdin.setEncoding('utf8');
  let text = '';
  for await (const chunk of host.stdin) text += String(chunk);
  if (text.trim() === '') throw usageError('Nothing came on stdin.');
  return text;
};

/** The text of a file, or of stdin for `-`. */
export const readDocument = async (host: Host, file: string): Promise<string> => {
  if (file === '-') return readStdin(host);
  return (await readNamedFile(host, file)).toString('utf8');
};

/** Writes a document as the server answered it: to stdout, or to `file` with a word about it. */
export const writeDocument = async (
  { host, out }: Context,
  response: Promise<Response>,
  file: string | undefined,
): Promise<void> => {
  const text = await (await response).text();
  if (file === undefined || file === '-') return out.write(text.endsWith('\n') ? text : `${text}\n`);
  await writeFile(resolve(host.workingFolder, file), text);
  await out.note(`${file} (${formatSize(Buffer.byteLength(text))})`);
};
