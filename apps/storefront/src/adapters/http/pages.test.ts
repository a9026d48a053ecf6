import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { Failure } from '../../application/failure.ts';
import { systemClock } from '../../lib/clock.ts';
import { createLogger } from '../../lib/log.ts';
import { createSystemRandom } from '../../lib/random.ts';
import { servePages } from './pages.ts';
import { createHttpServer } from './server.ts';

let app: FastifyInstance;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storefront-pages-'));
  await mkdir(join(folder, 'assets'));
  for (const name of ['index', 'cozinha', 'retirada'])
    await writeFile(join(folder, `${name}.html`), `<h1>${name}</h1>`);
  await writeFile(join(folder, 'assets/main-1a2b.js'), 'let a');
  await writeFile(join(folder, '.built-from'), 'hash');
  app = await createHttpServer({ random: createSystemRandom(systemClock), log: createLogger('silent') });
  await servePages(app, {
    folder,
    walletUrl: 'http://wallet.example/pagar',
    identify: async (assertion) => {
      if (assertion !== 'good') throw new Failure('nao_autenticado');
      return { kind: 'anonymous' };
    },
  });
});
after(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  app.inject({ url, headers: { 'x-gateway-identity': 'good', ...headers } });

test('each page has its address, with and without a slash at its end', async () => {
  for (const [url, page] of [
    ['/loja', 'index'],
    ['/loja/', 'index'],
    ['/loja/cozinha', 'cozinha'],
    ['/loja/retirada/', 'retirada'],
  ] as const) {
    const { statusCode, body, headers } = await get(url);
    assert.deepEqual([statusCode, body], [200, `<h1>${page}</h1>`]);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.equal(headers['cache-control'], 'no-cache');
  }
});

test('what carries a hash in its name is kept by browsers, and a page only until it changes', async () => {
  const asset = await get('/loja/assets/main-1a2b.js');
  assert.equal(asset.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.match(String(asset.headers['cache-control']), /immutable/);
  const { headers } = await get('/loja');
  assert.equal((await get('/loja', { 'if-none-match': String(headers['etag']) })).statusCode, 304);
});

test('nothing else of the disk is served, and nothing to who does not come by the gateway', async () => {
  for (const url of ['/loja/.built-from', '/loja/..%2f..%2fpackage.json', '/loja/nada', '/loja/assets'])
    assert.equal((await get(url)).statusCode, 404, url);
  assert.equal((await app.inject({ url: '/loja' })).statusCode, 401);
  assert.equal((await app.inject({ url: '/loja/configuracao.json' })).statusCode, 401);
});

test('pages learn where the simulated wallet is', async () => {
  assert.deepEqual((await get('/loja/configuracao.json')).json(), {
    carteira: 'http://wallet.example/pagar',
  });
});
