import { createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface CsvMember {
  readonly name: string;
  /** Lines without their ends. */
  readonly lines: Iterable<string>;
}

/** So that the same content gives the same bytes. */
const fixedTime = new Date('2025-01-01T00:00:00Z');
const linesPerChunk = 500;

function* latin1Chunks(lines: Iterable<string>): Generator<Buffer> {
  let text = '';
  let count = 0;
  for (const line of lines) {
    text += `${line}\r\n`;
    count += 1;
    if (count % linesPerChunk === 0) {
      yield Buffer.from(text, 'latin1');
      text = '';
    }
  }
  yield Buffer.from(text, 'latin1');
}

/** Writes a ZIP of CSV files in ISO-8859-1 as a stream; `path` is below `folder`, with `/`. */
export async function writeZip(folder: string, path: string, members: readonly CsvMember[]): Promise<string> {
  const target = join(folder, ...path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  const zip = new ZipFile();
  for (const member of members)
    zip.addReadStreamLazy(member.name, { mtime: fixedTime, mode: 0o100644 }, (done) =>
      done(null, Readable.from(latin1Chunks(member.lines))),
    );
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
  return target;
}

export async function writeText(
  folder: string,
  path: string,
  text: string,
  encoding: 'utf8' | 'latin1',
): Promise<string> {
  const target = join(folder, ...path.split('/'));
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text, encoding);
  return target;
}
