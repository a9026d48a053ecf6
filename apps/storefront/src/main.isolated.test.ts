import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startMercadoPago } from '@dumont/simulator/mercado-pago';
import { account } from '@dumont/simulator/mercado-pago-bed';
import { createCallers, createSurroundings, waitFor, type Surroundings } from '../testing/shop.ts';
import { systemClock } from './lib/clock.ts';

interface Placed {
  id: string;
  token: string;
  status: string;
}
interface Charged {
  status: string;
  qr_data: string | null;
  external_payment_id: string | null;
}

const program = join(import.meta.dirname, 'main.ts');

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};

const environmentOf = (world: Surroundings, port: number, mercadoPagoUrl: string) => ({
  PATH: process.env['PATH'],
  STOREFRONT_DATABASE_URL: world.database.url,
  STOREFRONT_PORT: String(port),
  STOREFRONT_JWKS_URL: world.gateway.jwksUrl,
  STOREFRONT_POOL_URL: world.pool.url,
  STOREFRONT_POOL_TOKEN: 'pool-token',
  STOREFRONT_PUBLIC_URL: `http://127.0.0.1:${port}`,
  STOREFRONT_IMAGES_DIR: world.imagesDir,
  STOREFRONT_LOG_LEVEL: 'silent',
  MERCADO_PAGO_URL: mercadoPagoUrl,
  MERCADO_PAGO_ACCESS_TOKEN: account.accessToken,
  MERCADO_PAGO_WEBHOOK_SECRET: account.webhookSecret,
  MERCADO_PAGO_USER_ID: account.userId,
  MERCADO_PAGO_POS_ID: account.posIds[0] ?? '',
});

const start = (environment: NodeJS.ProcessEnv) => {
  const child = spawn(process.execPath, [program], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
  return { child, ended, errors: () => errors };
};

test('the service as it is started takes money by Mercado Pago, gives it back, and stops when asked', async () => {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await createSurroundings());
  const dataFolder = await mkdtemp(join(tmpdir(), 'storefront-mercado-pago-'));
  stack.defer(() => rm(dataFolder, { recursive: true, force: true }));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const mercadoPago = stack.use(
    await startMercadoPago({
      port: 0,
      dataFolder,
      account: { ...account, webhookUrl: `${url}/pagamentos/webhook` },
      seed: 5,
      clock: systemClock,
    }),
  );
  const service = start(environmentOf(world, port, mercadoPago.url));
  stack.defer(async () => {
    service.child.kill('SIGKILL');
    await service.ended;
  });
  await Promise.race([
    once(service.child.stdout, 'data'),
    service.ended.then(() => assert.fail(service.errors())),
  ]);

  const { guest, manager, kitchen } = createCallers(() => url, world.gateway);
  const product = { nome: 'X-Burguer', preco: '24.90', categoria: 'Lanche' };
  const { body: burger } = await manager<{ id: string }>('POST', '/produtos', product);
  const { body: order } = await guest<Placed>('POST', '/pedidos', {
    itens: [{ produto_id: burger.id, quantidade: 2 }],
  });
  const pass = { 'x-token-pedido': order.token };
  const charge = await waitFor('a QR code', async () => {
    const { body } = await guest<Charged>('POST', `/pedidos/${order.id}/checkout`, {}, pass);
    return body.qr_data !== null && body;
  });
  assert.match(charge.qr_data ?? '', /^000201/);
  const statusOf = async () => (await manager<Placed>('GET', `/pedidos/${order.id}`)).body.status;
  const paymentOf = async () => (await manager<Charged>('GET', `/pedidos/${order.id}/pagamento`)).body.status;

  mercadoPago.pay(charge.external_payment_id ?? '', true);
  await waitFor('the notification to be followed', async () => (await statusOf()) === 'RECEBIDO', 30_000);
  const { rows } = await world.database.owner.query('SELECT FROM payment_notifications');
  assert.ok(rows.length > 0, 'the webhook was called and its signature was right');
  await kitchen('PATCH', `/pedidos/${order.id}/status`, { status: 'CANCELADO' });
  await waitFor('the money to be given back', async () => (await paymentOf()) === 'DEVOLVIDO', 30_000);

  service.child.kill('SIGTERM');
  assert.deepEqual(await service.ended, [0, null]);
});

test('a configuration that cannot be used ends it at once, with all that is wrong', async () => {
  const service = start({ PATH: process.env['PATH'], STOREFRONT_PORT: 'x' });
  const [code] = await service.ended;
  assert.equal(code, 78);
  assert.match(service.errors(), /STOREFRONT_DATABASE_URL: missing/);
  assert.match(service.errors(), /STOREFRONT_PORT: must be/);
});
