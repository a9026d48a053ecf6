import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  createCallers,
  createSurroundings,
  startService,
  type Call,
  type Surroundings,
} from '../testing/shop.ts';
import type { ProcessOptions } from '../testing/storefront-process.ts';

interface Placed {
  id: string;
  token: string;
  status: string;
}
interface Charged {
  external_payment_id: string | null;
  status: string;
}

const compileCache = join(import.meta.dirname, '../../../.cache/compile');
const program = join(import.meta.dirname, '../testing/storefront-process.ts');

/** Dying takes little work and much waiting: so many shops, each with a database of its own, die beside each other. */
const shopsAtOnce = 2;
/** More than there are. */
const enoughSteps = 60;

interface Shop extends Surroundings {
  readonly burger: string;
  readonly soda: string;
}

const openShop = async (): Promise<Shop> => {
  const world = await createSurroundings();
  await using service = await startService(world);
  const { manager } = createCallers(() => service.url, world.gateway);
  const add = async (nome: string, preco: string) =>
    (await manager<{ id: string }>('POST', '/produtos', { nome, preco, categoria: 'Lanche' })).body.id;
  return { ...world, burger: await add('X-Burguer', '24.90'), soda: await add('Guaraná', '7.05') };
};

/** The service as a process, begun again whenever it has died; only its first life is doomed. */
const keepAlive = (world: Shop, dieAtStep: number) => {
  let url = '';
  let lives = 0;
  let isOver = false;
  const live = async (): Promise<void> => {
    while (!isOver) {
      const options: ProcessOptions = {
        databaseUrl: world.database.url,
        jwksUrl: world.gateway.jwksUrl,
        poolUrl: world.pool.url,
        deskUrl: world.desk.url,
        imagesDir: world.imagesDir,
        dieAtStep: lives === 0 ? dieAtStep : 0,
      };
      lives += 1;
      const child = spawn(process.execPath, [program, JSON.stringify(options)], {
        env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      child.stdout.on('data', (chunk: Buffer) => (url = chunk.toString().trim()));
      stop = () => void child.kill('SIGKILL');
      await ended;
    }
  };
  let stop = (): void => undefined;
  const living = live();
  return {
    url: () => url,
    lives: () => lives,
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      stop();
      await living;
    },
  };
};

/** As a client does whose answer never came: it asks again, with what it asked before. */
const insist = async <T>(what: string, ask: () => Promise<T | undefined>): Promise<T> => {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    if (performance.now() > deadline) throw new Error(`in vain: ${what}`);
    await delay(25);
  }
};

const path = ['RASCUNHO', 'AGUARDANDO_PAGAMENTO', 'RECEBIDO', 'EM_PREPARACAO', 'PRONTO', 'FINALIZADO'];

/** One order from the menu to the counter. Answers whether the process died on the way. */
const serveOne = async (world: Shop, dieAtStep: number): Promise<boolean> => {
  await using process = keepAlive(world, dieAtStep);
  const { guest, manager, notify } = createCallers(process.url, world.gateway);
  const items = {
    itens: [
      { produto_id: world.burger, quantidade: 2 },
      { produto_id: world.soda, quantidade: 1 },
    ],
  };
  const key = { 'idempotency-key': randomUUID() };
  const success = async <T>(by: Call, method: string, address: string, body?: unknown, headers = {}) => {
    const reply = await by<T>(method, address, body, headers);
    return reply.status < 300 ? reply.body : undefined;
  };

  const order = await insist('the order', () => success<Placed>(guest, 'POST', '/pedidos', items, key));
  const pass = { 'x-token-pedido': order.token };
  const charge = await insist('the charge', async () => {
    const found = await success<Charged>(guest, 'POST', `/pedidos/${order.id}/checkout`, {}, pass);
    return (found?.external_payment_id ?? null) === null ? undefined : found;
  });
  world.desk.settle(charge.external_payment_id ?? '', 'approved');
  await insist('the notification', async () =>
    (await notify(charge.external_payment_id ?? '')) === 200 ? true : undefined,
  );
  const statusOf = async () => (await success<Placed>(manager, 'GET', `/pedidos/${order.id}`))?.status;
  await insist('the payment', async () => ((await statusOf()) === 'RECEBIDO' ? true : undefined));
  for (const status of path.slice(3)) {
    await insist(status, async () => {
      if ((await statusOf()) === status) return true;
      return success(manager, 'PATCH', `/pedidos/${order.id}/status`, { status });
    });
  }

  const whole = await insist('the history', () =>
    success<{ historico: Placed[]; total: string }>(manager, 'GET', `/pedidos/${order.id}`),
  );
  assert.deepEqual(
    whole.historico.map(({ status }) => status),
    path,
    `killed at step ${dieAtStep}`,
  );
  assert.equal(whole.total, '56.85');
  return process.lives() > 1;
};

const check = async (world: Shop, orders: number): Promise<void> => {
  const { owner } = world.database;
  const count = async (sql: string): Promise<number> =>
    (await owner.query<{ count: number }>(sql)).rows[0]?.count ?? -1;
  assert.equal(await count('SELECT count(*) FROM orders'), orders, 'as many orders as were placed');
  assert.equal(await count("SELECT count(*) FROM orders WHERE status <> 'completed'"), 0);
  assert.equal(
    await count("SELECT count(*) FROM payments WHERE status = 'approved' AND goal = 'paid'"),
    orders,
  );
  assert.equal(
    await count(`SELECT count(*) FROM orders WHERE total IS DISTINCT FROM
      (SELECT sum(quantity * unit_price) FROM order_items WHERE order_id = orders.id)`),
    0,
  );
  const { charges } = world.desk;
  assert.equal(charges.length, orders, 'as many charges as orders');
  assert.ok(charges.every(({ status, totalCents }) => status === 'approved' && totalCents === 5685));
  assert.equal(new Set(charges.map(({ paymentId }) => paymentId)).size, orders);
};

test('killed at any step from order to counter, no order is lost, none is made twice, and its money is right', async () => {
  let next = 1;
  let deaths = 0;
  const dieOften = async (): Promise<void> => {
    await using world = await openShop();
    let orders = 0;
    // Until a story is over before its step is reached.
    for (let died = true; died && next <= enoughSteps;) {
      died = await serveOne(world, next++);
      deaths += Number(died);
      orders += 1;
    }
    await check(world, orders);
  };
  await Promise.all(Array.from({ length: shopsAtOnce }, dieOften));
  assert.ok(deaths >= 15, `it died ${deaths} times only`);
});
