import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock, type Clock } from '../src/lib/clock.ts';
import { createLogger, type Logger } from '../src/lib/log.ts';
import { createSystemRandom } from '../src/lib/random.ts';
import { startStorefront, type Storefront } from '../src/storefront.ts';
import { createDeskProvider, signatureOf, startChargeDesk, type ChargeDesk } from './charge-desk.ts';
import { startTestPool, type TestPool } from './customer-pool.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestGateway, type Claims, type TestGateway } from './gateway.ts';

export interface Reply<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** Somebody who calls the service through the gateway. */
export type Call = <T = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Reply<T>>;

/** What a shop stands on; it stays while the service is killed and started again. */
export interface Surroundings extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly gateway: TestGateway;
  readonly desk: ChargeDesk;
  readonly pool: TestPool;
  readonly imagesDir: string;
}

export const createSurroundings = async (): Promise<Surroundings> => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const gateway = stack.use(await startTestGateway());
  const desk = stack.use(await startChargeDesk());
  const pool = stack.use(await startTestPool());
  const imagesDir = await mkdtemp(join(tmpdir(), 'storefront-'));
  stack.defer(() => rm(imagesDir, { recursive: true, force: true }));
  const held = stack.move();
  return { database, gateway, desk, pool, imagesDir, [Symbol.asyncDispose]: () => held.disposeAsync() };
};

export const startService = (
  { database, gateway, desk, pool, imagesDir }: Surroundings,
  options: { clock?: Clock; log?: Logger; port?: number; unpaidMs?: number } = {},
): Promise<Storefront> => {
  const clock = options.clock ?? systemClock;
  return startStorefront({
    config: {
      databaseUrl: database.url,
      databaseConnections: 8,
      host: '127.0.0.1',
      port: options.port ?? 0,
      jwksUrl: gateway.jwksUrl,
      pool: { url: pool.url, token: 'pool-token' },
      imagesDir,
      walletUrl: 'http://wallet.example/pagar',
      metricsToken: 'metrics-token',
      timeZone: 'America/Sao_Paulo',
      unpaidMs: options.unpaidMs ?? 1_800_000,
      leaseMs: 2000,
    },
    provider: createDeskProvider(desk.url),
    clock,
    random: createSystemRandom(clock),
    log: options.log ?? createLogger('silent'),
    ownsProcess: false,
  });
};

export const createCall =
  (url: () => string, assertion: () => Promise<string>): Call =>
  async (method, path, body, headers = {}) => {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: {
        'x-gateway-identity': await assertion(),
        ...(body === undefined || isBytes ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as never,
    };
  };

/** Callers of a service, and what the desk tells it. */
export const createCallers = (url: () => string, gateway: TestGateway) => {
  const as = (claims: Claims): Call => createCall(url, () => gateway.assert(claims));
  const staffId = randomUUID();
  const staff = (...roles: string[]): Call => as({ kind: 'user', sub: staffId, roles });
  return {
    as,
    staff,
    staffId,
    guest: as({ kind: 'anonymous' }),
    manager: staff('manager'),
    kitchen: staff('kitchen'),
    attendant: staff('attendant'),
    customer: (id: string, since?: Date) =>
      as({ kind: 'customer', sub: id, ...(since === undefined ? {} : { since }) }),
    notify: async (externalId: string, signature = signatureOf(externalId)): Promise<number> => {
      const response = await fetch(`${url()}/pagamentos/webhook`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': signature },
        body: JSON.stringify({ action: 'payment.updated', type: 'payment', data: { id: externalId } }),
      });
      await response.body?.cancel();
      return response.status;
    },
  };
};

export type Shop = Surroundings &
  ReturnType<typeof createCallers> & {
    readonly service: Storefront;
    /** A product of the menu; its id. */
    addProduct(name: string, price: string, category?: string): Promise<string>;
  };

export const openShop = async (options: Parameters<typeof startService>[1] = {}): Promise<Shop> => {
  await using stack = new AsyncDisposableStack();
  const surroundings = stack.use(await createSurroundings());
  const service = stack.use(await startService(surroundings, options));
  const callers = createCallers(() => service.url, surroundings.gateway);
  const held = stack.move();
  return {
    ...surroundings,
    ...callers,
    service,
    addProduct: async (nome, preco, categoria = 'Lanche') => {
      const { status, body } = await callers.manager<{ id: string }>('POST', '/produtos', {
        nome,
        preco,
        categoria,
      });
      if (status !== 201) throw new Error(`no product: ${JSON.stringify(body)}`);
      return body.id;
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
};

/** Polls until `probe` answers something; fails loudly. */
export const waitFor = async <T>(
  what: string,
  probe: () => Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> => {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(20);
  }
};
