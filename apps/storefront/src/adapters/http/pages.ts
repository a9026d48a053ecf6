import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../../application/failure.ts';
import type { Identify } from './identity.ts';
import { authorise } from './register-endpoint.ts';

/** Under which the gateway leads here; the build knows it too. */
const place = '/loja';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Pages of the address, by the file that they are. */
const pages: Readonly<Record<string, string>> = {
  '': 'index.html',
  cozinha: 'cozinha.html',
  retirada: 'retirada.html',
};

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self' ws: wss:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface File {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The whole of a build: a few files, small enough to be kept. Nothing where there is none. */
const readFiles = async (folder: string): Promise<ReadonlyMap<string, File>> => {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  const known = names.filter((name) => types[extname(name)] !== undefined);
  return new Map(
    await Promise.all(
      known.map(async (name): Promise<[string, File]> => {
        const bytes = await readFile(join(folder, name));
        const headers = {
          'content-type': types[extname(name)] ?? '',
          etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`,
          // Names under assets/ carry a hash of their content.
          'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          ...(name.endsWith('.html') ? { 'content-security-policy': policy } : {}),
        };
        return [name, { bytes, headers }];
      }),
    ),
  );
};

/** The pages of customers, kitchen and counter, as they were built. */
export const servePages = async (
  app: FastifyInstance,
  deps: { folder: string; walletUrl: string | undefined; identify: Identify },
): Promise<void> => {
  const files = await readFiles(deps.folder);
  app.route({
    method: 'GET',
    url: `${place}/configuracao.json`,
    config: { endpoint: `${place}/configuracao.json` },
    handler: async (request, reply) => {
      await authorise('anyone', request, deps.identify);
      return reply.header('cache-control', 'no-store').send({ carteira: deps.walletUrl ?? null });
    },
  });
  for (const url of [place, `${place}/*`]) {
    app.route({
      method: 'GET',
      url,
      config: { endpoint: `${place}/{proxy+}` },
      handler: async (request, reply) => {
        await authorise('anyone', request, deps.identify);
        const name = ((request.params as { '*'?: string })['*'] ?? '').replace(/\/$/, '');
        const file = files.get(pages[name] ?? name);
        if (file === undefined) throw new Failure('nao_encontrado');
        void reply.headers(file.headers);
        if (request.headers['if-none-match'] === file.headers['etag']) return reply.code(304).send();
        return reply.send(file.bytes);
      },
    });
  }
};
