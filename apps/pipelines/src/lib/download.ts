import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DownloadSettings } from './config.ts';
import { describeError, fileFailure, isTemporary, PipelineFailure, withFile } from './failure.ts';
import { checkFileKind, type FileKind } from './file-kind.ts';
import { transferFailure, type HttpClient, type HttpResponse } from './http-client.ts';
import { publicUrl, statusFailure } from './http-status.ts';
import type { Logger } from './logger.ts';
import type { Runtime } from './runtime.ts';

export interface Downloaded {
  readonly path: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  /** False when the site said that the file kept from an earlier run is still the current one. */
  readonly fetched: boolean;
}

export interface DownloadRequest {
  readonly url: string;
  /** Where the file shall be; `.part` and `.source.json` beside it belong to the download. */
  readonly target: string;
  readonly kind: FileKind;
  /** Fetch anew whatever is kept. */
  readonly fresh: boolean;
  /** From a list page; compared with what came. */
  readonly expectedSizeBytes?: number;
  readonly expectedSha256?: string;
}

interface KeptFile {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface DownloadDependencies {
  readonly client: HttpClient;
  readonly settings: DownloadSettings;
  readonly runtime: Pick<Runtime, 'sleep' | 'random'>;
  readonly log: Pick<Logger, 'debug' | 'warn'>;
}

const maxRetryAfterSeconds = 60;

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (entry) => entry.size,
    () => undefined,
  );
}

async function readJson<T>(path: string): Promise<T | undefined> {
  return readFile(path, 'utf8').then(
    (text) => JSON.parse(text) as T,
    () => undefined,
  );
}

/** The kept file, unless it is not the one that was written: a disk that lost blocks must not feed a load. */
async function findKept(request: DownloadRequest): Promise<KeptFile | undefined> {
  const kept = await readJson<KeptFile>(`${request.target}.source.json`);
  if (kept?.url !== request.url || (await sizeOf(request.target)) !== kept.sizeBytes) return undefined;
  return (await sha256OfFile(request.target)) === kept.sha256 ? kept : undefined;
}

/** Forgets the kept file and what was half-fetched. */
export async function forgetDownload(target: string): Promise<void> {
  for (const suffix of ['', '.source.json', '.part', '.part.json'])
    await rm(target + suffix, { force: true });
}

function conditionalHeaders(kept: KeptFile | undefined): Record<string, string> {
  if (kept?.etag !== undefined) return { 'if-none-match': kept.etag };
  if (kept?.lastModified !== undefined) return { 'if-modified-since': kept.lastModified };
  return {};
}

/** Only a strong validator proves that the missing bytes belong to the ones already here. */
async function resumeHeaders(request: DownloadRequest): Promise<Record<string, string>> {
  const size = await sizeOf(`${request.target}.part`);
  if (size === undefined || size === 0) return {};
  const begun = await readJson<{ url: string; etag: string }>(`${request.target}.part.json`);
  if (begun?.url !== request.url) return {};
  return { range: `bytes=${size}-`, 'if-range': begun.etag };
}

function digestIn(response: HttpResponse): { algorithm: 'sha256' | 'md5'; base64: string } | undefined {
  const digest = /sha-256=:?([A-Za-z0-9+/]+=*):?/i.exec(
    response.header('repr-digest') ?? response.header('digest') ?? '',
  )?.[1];
  if (digest !== undefined) return { algorithm: 'sha256', base64: digest };
  const md5 = response.header('content-md5');
  return md5 === undefined ? undefined : { algorithm: 'md5', base64: md5 };
}

/** Writes the answer behind `offset` bytes of the `.part` file. */
async function writeBody(
  response: HttpResponse,
  part: string,
  offset: number,
  stallSeconds: number,
): Promise<void> {
  const file = await withFile('cannot write', part, () => open(part, offset > 0 ? 'r+' : 'w'));
  try {
    let position = offset;
    const chunks = response.body[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks.next().catch((error: unknown) => {
        throw transferFailure(response.url, stallSeconds, error);
      });
      if (next.done === true) break;
      const bytes = next.value as Buffer;
      for (let written = 0; written < bytes.length;) {
        const result = await file.write(bytes, written, bytes.length - written, position);
        written += result.bytesWritten;
        position += result.bytesWritten;
      }
    }
  } catch (error) {
    response.body.destroy();
    throw fileFailure('cannot write', part, error);
  } finally {
    await file.close();
  }
}

async function hashBoth(part: string, second: 'sha256' | 'md5'): Promise<{ sha256: string; base64: string }> {
  const hashes: [Hash, Hash] = [createHash('sha256'), createHash(second)];
  for await (const chunk of createReadStream(part)) for (const hash of hashes) hash.update(chunk as Buffer);
  return { sha256: hashes[0].digest('hex'), base64: hashes[1].digest('base64') };
}

async function verify(
  request: DownloadRequest,
  response: HttpResponse,
  total: number | undefined,
): Promise<KeptFile> {
  const part = `${request.target}.part`;
  const shown = publicUrl(request.url);
  const sizeBytes = (await sizeOf(part)) ?? 0;
  if (total !== undefined && sizeBytes !== total)
    throw new PipelineFailure(`${shown} cut the transfer: ${sizeBytes} of ${total} bytes came`, {
      temporary: true,
    });
  await checkFileKind(part, request.kind, shown);
  const announced = digestIn(response);
  const { sha256, base64 } = await hashBoth(part, announced?.algorithm ?? 'sha256');
  const expected = request.expectedSizeBytes;
  if (expected !== undefined && sizeBytes !== expected)
    throw new PipelineFailure(`${shown}: the list says ${expected} bytes, ${sizeBytes} came`, {
      temporary: true,
    });
  const wrongSum =
    (announced !== undefined && announced.base64 !== base64) ||
    (request.expectedSha256 !== undefined && request.expectedSha256.toLowerCase() !== sha256);
  if (wrongSum)
    throw new PipelineFailure(`${shown}: the checksum does not match, the file was damaged on the way`, {
      temporary: true,
    });
  const etag = response.header('etag');
  const lastModified = response.header('last-modified');
  return {
    url: request.url,
    sizeBytes,
    sha256,
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { lastModified }),
  };
}

function totalSize(response: HttpResponse): number | undefined {
  const inRange = /\/(\d+)$/.exec(response.header('content-range') ?? '')?.[1];
  const length = inRange ?? (response.status === 200 ? response.header('content-length') : undefined);
  return length === undefined ? undefined : Number(length);
}

async function attempt(request: DownloadRequest, deps: DownloadDependencies): Promise<Downloaded> {
  const { target } = request;
  const part = `${target}.part`;
  const kept = request.fresh ? undefined : await findKept(request);
  const headers = { ...conditionalHeaders(kept), ...(await resumeHeaders(request)) };
  const response = await deps.client.send(request.url, { headers });
  if (response.status === 304 && kept) {
    await response.body.dump();
    return { path: target, sizeBytes: kept.sizeBytes, sha256: kept.sha256, fetched: false };
  }
  if (response.status === 416) {
    await response.body.dump();
    await rm(part, { force: true });
    throw new PipelineFailure(`${publicUrl(request.url)} changed while it was being fetched`, {
      temporary: true,
    });
  }
  if (response.status !== 200 && response.status !== 206) {
    await response.body.dump();
    const retryAfter = Number(response.header('retry-after'));
    const failure = statusFailure(request.url, response.status);
    if (failure.temporary && retryAfter > 0)
      await deps.runtime.sleep(Math.min(retryAfter, maxRetryAfterSeconds) * 1000);
    throw failure;
  }
  const start = /^bytes (\d+)-/.exec(response.header('content-range') ?? '')?.[1];
  const offset = response.status === 206 && start !== undefined ? Number(start) : 0;
  if (offset === 0) await rm(part, { force: true });
  else deps.log.debug(`resuming ${publicUrl(request.url)} at byte ${offset}`);
  const etag = response.header('etag');
  if (etag?.startsWith('"')) await writeFile(`${part}.json`, JSON.stringify({ url: request.url, etag }));
  else await rm(`${part}.json`, { force: true });
  await writeBody(response, part, offset, deps.settings.stallSeconds);
  const result = await verify(request, response, totalSize(response)).catch(async (error: unknown) => {
    await rm(part, { force: true });
    throw error;
  });
  await rm(`${target}.source.json`, { force: true });
  await rename(part, target);
  await writeFile(`${target}.source.json`, JSON.stringify(result));
  await rm(`${part}.json`, { force: true });
  return { path: target, sizeBytes: result.sizeBytes, sha256: result.sha256, fetched: true };
}

/**
 * Runs `work` again after temporary failures, with growing waits and some jitter so that many runs do not come back
 * at the same moment.
 */
export async function withRetries<T>(
  deps: Pick<DownloadDependencies, 'settings' | 'runtime' | 'log'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let number = 1; ; number += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isTemporary(error) || number >= deps.settings.attempts) throw error;
      const seconds = deps.settings.backoffSeconds * 2 ** (number - 1) * (0.75 + deps.runtime.random() / 2);
      const left = deps.settings.attempts - number;
      deps.log.warn(`${describeError(error)}; trying again in ${seconds.toFixed(1)} s (${left} left)`);
      await deps.runtime.sleep(seconds * 1000);
    }
  }
}

/**
 * Brings one file: from where it stopped when the site can tell that it is still the same file, not at all when the
 * site says that the kept one is current. The target appears complete and checked, or not at all.
 */
export async function download(request: DownloadRequest, deps: DownloadDependencies): Promise<Downloaded> {
  const folder = dirname(request.target);
  await withFile('cannot make the folder', folder, () => mkdir(folder, { recursive: true }));
  if (request.fresh) await forgetDownload(request.target);
  return withRetries(deps, () => withFile('cannot write', request.target, () => attempt(request, deps)));
}
