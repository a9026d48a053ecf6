import { spawn } from 'node:child_process';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { maxDocumentBytes } from '@dumont/contracts/optimization/instances';
import { AppError } from '../../../kernel/errors.ts';
import type { FolderApp } from './read-apps.ts';

export interface ModelFile {
  /** What its name ends with, in lower case and without a dot. */
  readonly ending: string;
  readonly content: Uint8Array;
}

const timeoutMs = 60_000;
const heapMegabytes = 1024;
const keptComplaint = 2000;

export const unreadable = (reason: string): AppError => new AppError('optimization.file', { reason });

const collect = async (stream: Readable, maxBytes: number): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** The end of what a program complains of, however much that is. */
const collectLast = async (stream: Readable): Promise<string> => {
  let last = '';
  for await (const chunk of stream as AsyncIterable<Buffer>)
    last = (last + chunk.toString()).slice(-keptComplaint);
  return last.trim().split('\n').at(-1) ?? '';
};

/**
 * Lets the app turn a file into an instance, in a process of its own: what strangers send may take all memory and time
 * that there is. The program sees nothing of our environment.
 */
export const convertFile = async (
  { manifest, folder }: FolderApp,
  { ending, content }: ModelFile,
  options: readonly string[],
): Promise<string> => {
  if (manifest.convert?.endings.includes(ending) !== true)
    throw unreadable(`${manifest.id} reads no files that end with .${ending}`);
  const [program, ...words] = manifest.convert.command;
  const isNode = program === 'node';
  const child = spawn(
    isNode ? process.execPath : program,
    [...(isNode ? [`--max-old-space-size=${heapMegabytes}`] : []), ...words, ending, ...options],
    { cwd: folder, env: {}, stdio: 'pipe', timeout: timeoutMs, killSignal: 'SIGKILL' },
  );
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  // A program that has seen enough closes its input early: how it ends tells more.
  const given = pipeline(Readable.from([content]), child.stdin).catch(() => undefined);
  const answer = collect(child.stdout, maxDocumentBytes).then((text) => {
    if (text === undefined) child.kill('SIGKILL');
    return text;
  });
  const complaint = collectLast(child.stderr);
  const [code, text, reason] = await Promise.all([ended, answer, complaint, given]);
  if (text === undefined) throw unreadable('the model is too large');
  if (code === null) throw unreadable('it took too long or too much memory');
  if (code !== 0) throw unreadable(reason);
  return text;
};
