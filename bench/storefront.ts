import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessOptions } from '../apps/storefront/testing/storefront-process.ts';
import { createCallers, createSurroundings } from '../apps/storefront/testing/shop.ts';
import { startEmbeddedPostgres } from '../packages/server/src/kernel/db/embedded/embedded-postgres.ts';
import { atMostMs, percentile, report } from './lib/figures.ts';
import { runLoad } from './lib/http-load.ts';
import { cpuSecondsOf } from './lib/process-time.ts';

/**
 * Orders of three items, asked for at a steady pace whatever the service answers (a latency counts from when its
 * request was due), each with an idempotency key, on PostgreSQL with its durable settings; then the menu, read over
 * keep-alive connections. The service is a process of its own; load and database share the two cores with it.
 */
const ordersPerSecond = 500;
const seconds = 12;
const warmUpSeconds = 3;
const menuReadsPerSecond = 5000;

const dataDir = await mkdtemp(join(tmpdir(), 'storefront-bench-'));
await using stack = new AsyncDisposableStack();
stack.defer(() => rm(dataDir, { recursive: true, force: true }));
const postgres = stack.use(await startEmbeddedPostgres({ dataDir, log: () => undefined }));
process.env['DUMONT_TEST_POSTGRES'] = JSON.stringify({
  superuserUrl: postgres.superuserUrl,
  appUrl: postgres.url,
});
const world = stack.use(await createSurroundings());

const options: ProcessOptions = {
  databaseUrl: world.database.url,
  jwksUrl: world.gateway.jwksUrl,
  poolUrl: world.pool.url,
  deskUrl: world.desk.url,
  imagesDir: world.imagesDir,
  dieAtStep: 0,
};
const program = join(import.meta.dirname, '../apps/storefront/testing/storefront-process.ts');
const child = spawn(process.execPath, [program, JSON.stringify(options)], {
  env: { ...process.env, NODE_ENV: 'production' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = once(child, 'exit');
stack.defer(async () => {
  child.kill();
  await ended;
});
const [line] = (await once(child.stdout, 'data')) as [Buffer];
const url = line.toString().trim();

const { manager } = createCallers(() => url, world.gateway);
const products: string[] = [];
for (let index = 0; index < 40; index += 1) {
  const categoria = ['Lanche', 'Acompanhamento', 'Bebida', 'Sobremesa'][index % 4];
  const { body } = await manager<{ id: string }>('POST', '/produtos', {
    nome: `Produto ${index}`,
    descricao: 'Como está no cardápio, com uma descrição de tamanho usual',
    preco: '19.90',
    categoria,
  });
  products.push(body.id);
}

const agent = new Agent({ keepAlive: true, maxSockets: 128 });
const assertion = await world.gateway.assert({ kind: 'anonymous' });
const itens = products.slice(0, 3).map((produto_id, index) => ({ produto_id, quantidade: index + 1 }));
const order = JSON.stringify({ itens });

const place = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(order),
      'x-gateway-identity': assertion,
      'idempotency-key': randomUUID(),
    };
    const sent = request(`${url}/pedidos`, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(order);
  });

/** Processor time that the service and PostgreSQL have used so far. */
const cpuSeconds = async () => ({
  service: (await cpuSecondsOf(child.pid ?? 0)).server,
  postgres: (await cpuSecondsOf(process.pid)).postgres,
});
const before = await cpuSeconds();
const latencies: number[] = [];
let accepted = 0;
let refused = 0;
const underWay: Promise<void>[] = [];
const startMs = performance.now();
const total = ordersPerSecond * (warmUpSeconds + seconds);
for (let index = 0; index < total; index += 1) {
  const dueMs = startMs + (index * 1000) / ordersPerSecond;
  const waitMs = dueMs - performance.now();
  if (waitMs > 1) await delay(waitMs);
  underWay.push(
    place().then((status) => {
      if (status === 201) accepted += 1;
      else refused += 1;
      if (index >= ordersPerSecond * warmUpSeconds) latencies.push(performance.now() - dueMs);
    }),
  );
}
await Promise.all(underWay);
const after = await cpuSeconds();
const cores = (part: keyof typeof before): number => ((after[part] - before[part]) / total) * ordersPerSecond;
const perSecond = total / ((performance.now() - startMs) / 1000);
agent.destroy();
const { rows } = await world.database.owner.query<{ count: number }>('SELECT count(*) FROM orders');
const stored = rows[0]?.count ?? 0;

const menu = await runLoad({
  url,
  paths: ['/produtos', '/produtos?categoria=Lanche', '/produtos?categoria=Bebida'],
  headers: [`x-gateway-identity: ${await world.gateway.assert({ kind: 'anonymous' })}`],
  connections: 32,
  seconds: 5,
});

report('The ordering service', [
  {
    what: `orders accepted, of ${ordersPerSecond}/s asked for`,
    value: `${perSecond.toFixed(0)}/s`,
    target: `${ordersPerSecond}/s, none refused, none lost`,
    met: perSecond >= ordersPerSecond * 0.98 && refused === 0 && stored === accepted,
    baseline: `${accepted} accepted, ${refused} refused, ${stored} stored`,
  },
  atMostMs(
    'an order, p99',
    percentile(latencies, 0.99),
    100,
    `median ${percentile(latencies, 0.5).toFixed(1)} ms`,
  ),
  {
    what: `cores that ${ordersPerSecond} orders/s take`,
    value: (cores('service') + cores('postgres')).toFixed(2),
    target: null,
    met: null,
    baseline: `${cores('service').toFixed(2)} the service, ${cores('postgres').toFixed(2)} PostgreSQL`,
  },
  {
    what: 'reads of the menu, 32 connections',
    value: `${menu.perSecond.toFixed(0)}/s`,
    target: `at least ${menuReadsPerSecond}/s`,
    met: menu.perSecond >= menuReadsPerSecond,
    baseline: `p99 ${percentile(menu.latencies, 0.99).toFixed(1)} ms`,
  },
]);
