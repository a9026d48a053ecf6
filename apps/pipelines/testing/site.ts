import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { parseBrazilianDay } from '@dumont/contracts/calendar';

export interface Fault {
  /** A path contains it. */
  readonly path: string;
  readonly kind: 'stall' | 'cut' | 'corrupt' | 'status' | 'page' | 'no_answer';
  readonly status?: number;
  /** Bytes that still come before a stall or a cut. */
  readonly afterBytes?: number;
  /** How often; without it, always. */
  readonly times?: number;
}

export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly status: number;
}

/** A public site on this machine: serves a folder under the paths of the real ones, and can fail like them. */
export interface Site extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  addFault(fault: Fault): void;
  clearFaults(): void;
}

const notice = '<!DOCTYPE html><html><body><h1>Sistema em manutenção</h1></body></html>';

function takeFault(faults: Fault[], path: string): Fault | undefined {
  const index = faults.findIndex((fault) => path.includes(fault.path));
  const fault = faults[index];
  if (!fault) return undefined;
  if (fault.times !== undefined) {
    if (fault.times <= 1) faults.splice(index, 1);
    else faults[index] = { ...fault, times: fault.times - 1 };
  }
  return fault;
}

async function listing(folder: string, response: ServerResponse): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  const links = entries.map((entry) => {
    const name = entry.isDirectory() ? `${entry.name}/` : entry.name;
    return `<a href="${encodeURIComponent(entry.name)}${entry.isDirectory() ? '/' : ''}">${name}</a>`;
  });
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end(`<html><body><h1>Index</h1><pre>${links.join('\n')}</pre></body></html>`);
}

/** `/dados/serie/bcdata.sgs.12/dados?dataInicial=...`: the central bank's series, cut to the days asked for. */
async function series(
  folder: string,
  code: string,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const text = await readFile(join(folder, 'dados', 'serie', `bcdata.sgs.${code}.json`), 'utf8');
  const from = parseBrazilianDay(query.get('dataInicial') ?? '') ?? '0000-00-00';
  const to = parseBrazilianDay(query.get('dataFinal') ?? '') ?? '9999-99-99';
  const values = (JSON.parse(text) as { data: string; valor: string }[]).filter(({ data }) => {
    const day = parseBrazilianDay(data) ?? '';
    return day >= from && day <= to;
  });
  const found = values.length > 0;
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found ? values : { erro: { detail: 'Value(s) not found' } }));
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  fault: Fault | undefined,
): Promise<void> {
  const { size } = await stat(path);
  const etag = `"${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 32)}"`;
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const sameFile = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const start = wanted !== undefined && sameFile ? Number(wanted) : 0;
  if (start >= size && size > 0 && start > 0) {
    response.writeHead(416, { ...headers, 'content-range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(start > 0 ? 206 : 200, {
    ...headers,
    'content-length': size - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${size - 1}/${size}` } : {}),
  });
  const breaks = fault?.kind === 'stall' || fault?.kind === 'cut';
  const last = breaks ? start + (fault.afterBytes ?? 1000) - 1 : size - 1;
  if (breaks && last < start) {
    response.flushHeaders();
    if (fault.kind === 'cut') response.socket?.destroy();
    return;
  }
  const stream = createReadStream(path, { start, end: Math.min(last, size - 1) });
  stream.on('error', () => response.destroy());
  let position = start;
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    // In the middle of the file: the directory of an archive is at its end, the signature at its start.
    const target = Math.floor(size / 2) - position;
    if (fault?.kind === 'corrupt' && target >= 0 && target < bytes.length)
      bytes[target] = (bytes[target] ?? 0) ^ 0xff;
    position += bytes.length;
    if (!response.write(bytes)) await new Promise((resolve) => response.once('drain', resolve));
  }
  if (!breaks) response.end();
  else if (fault.kind === 'cut') response.socket?.end(() => response.socket?.destroy());
}

export async function startSite(options: { readonly folder: string; readonly port?: number }): Promise<Site> {
  const faults: Fault[] = [];
  const requests: SeenRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://site');
    const path = decodeURIComponent(url.pathname);
    const fault = takeFault(faults, path);
    response.on('close', () =>
      requests.push({ path, range: request.headers.range, status: response.statusCode }),
    );
    if (fault?.kind === 'no_answer') return;
    if (fault?.kind === 'status') {
      response.writeHead(fault.status ?? 503, { 'content-type': 'text/html' }).end('<h1>error</h1>');
      return;
    }
    if (fault?.kind === 'page') {
      response.writeHead(200, { 'content-type': 'text/html' }).end(notice);
      return;
    }
    const code = /^\/dados\/serie\/bcdata\.sgs\.(\d+)\/dados$/.exec(path)?.[1];
    if (code !== undefined) {
      await series(options.folder, code, url.searchParams, response);
      return;
    }
    const target = join(options.folder, normalize(path));
    const entry = await stat(target);
    await (entry.isDirectory() ? listing(target, response) : sendFile(request, response, target, fault));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>404 Not Found</h1>');
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    addFault: (fault) => faults.push(fault),
    clearFaults: () => faults.splice(0),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
