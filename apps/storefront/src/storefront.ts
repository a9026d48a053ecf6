import { join } from 'node:path';
import { createImageFolder } from './adapters/disk/image-folder.ts';
import { serveBoards } from './adapters/http/boards.ts';
import { serveHealth } from './adapters/http/health.ts';
import { createIdentify } from './adapters/http/identity.ts';
import { createMenu } from './adapters/http/menu.ts';
import { serveMetrics } from './adapters/http/metrics.ts';
import { serveDocs } from './adapters/http/openapi.ts';
import { servePages } from './adapters/http/pages.ts';
import { createCustomerRoutes } from './adapters/http/routes/customer-routes.ts';
import { createOrderRoutes } from './adapters/http/routes/order-routes.ts';
import { createPaymentRoutes } from './adapters/http/routes/payment-routes.ts';
import { createProductRoutes } from './adapters/http/routes/product-routes.ts';
import { createHttpServer, registerEndpoints } from './adapters/http/server.ts';
import { createHttpPool } from './adapters/pool/http-pool.ts';
import { createBoardStore } from './adapters/postgres/board-store.ts';
import { connectDatabase } from './adapters/postgres/database.ts';
import { createErasureStore } from './adapters/postgres/erasure-store.ts';
import { createLeaseStore } from './adapters/postgres/lease-store.ts';
import { migrate } from './adapters/postgres/migrate.ts';
import { createOrderStore } from './adapters/postgres/order-store.ts';
import { createPaymentStore } from './adapters/postgres/payment-store.ts';
import { createProductStore } from './adapters/postgres/product-store.ts';
import { createSignals } from './adapters/postgres/signals.ts';
import { createBoardFeed } from './application/board-feed.ts';
import { createChangeStatus } from './application/change-status.ts';
import { createCheckOut } from './application/check-out.ts';
import { createEraseCustomer } from './application/erase-customer.ts';
import { startHousekeeping } from './application/housekeeping.ts';
import { startLeasedWorker } from './application/leased-worker.ts';
import { createManageProducts } from './application/manage-products.ts';
import type { PaymentProvider } from './application/payment-provider.ts';
import { createPickupDay } from './application/pickup-day.ts';
import { createPlaceOrder } from './application/place-order.ts';
import { createSettlement } from './application/settle-payment.ts';
import { createTakeNotification } from './application/take-notification.ts';
import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './lib/log.ts';
import type { Random } from './lib/random.ts';
import { ConfigError } from './lib/settings.ts';

const migrations = join(import.meta.dirname, '../migrations');
/** The built pages; not there in a checkout that was never built. */
const pages = join(import.meta.dirname, '../web/dist');

export interface Storefront extends AsyncDisposable {
  /** Where it takes requests. */
  readonly url: string;
}

export interface StorefrontDeps {
  readonly config: Omit<Config, 'mercadoPago' | 'publicUrl' | 'logLevel'>;
  readonly provider: PaymentProvider;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Whether this process is ours alone, so that its figures are the service's. */
  readonly ownsProcess: boolean;
}

/** The whole service, listening. Disposing of it takes no more requests, and ends what is under way. */
export const startStorefront = async (deps: StorefrontDeps): Promise<Storefront> => {
  const { config, provider, clock, random, log } = deps;
  await migrate(config.databaseUrl, migrations);
  await using stack = new AsyncDisposableStack();
  const db = stack.use(
    connectDatabase(config.databaseUrl, {
      poolSize: config.databaseConnections,
      onError: (error) => log.warn({ error }, 'a connection to the database broke'),
    }),
  );
  const signals = stack.use(createSignals({ url: config.databaseUrl, db, clock, log }));
  const orders = createOrderStore(db);
  const payments = createPaymentStore(db);
  const products = createProductStore(db);
  const images = await createImageFolder(config.imagesDir);
  const pool = createHttpPool(config.pool);
  const board = createBoardStore(db);
  const shared = { orders, payments, products, images, provider, pool, clock, random, log, signals };

  const { unpaidMs } = config;
  const placeOrder = createPlaceOrder({ ...shared, pickupDay: createPickupDay(config.timeZone), unpaidMs });
  const manage = createManageProducts(shared);
  const eraseCustomer = createEraseCustomer({ ...shared, erasures: createErasureStore(db) });
  const settlement = createSettlement(shared);

  const work = [
    { name: 'payments', store: createLeaseStore(db, 'payments'), concurrency: 8, work: settlement.work },
    {
      name: 'notifications',
      store: createLeaseStore(db, 'payment_notifications'),
      concurrency: 8,
      work: settlement.workNotification,
    },
    { name: 'erasures', store: createLeaseStore(db, 'erasures'), concurrency: 1, work: eraseCustomer.work },
  ];
  const workers = work.map((each) =>
    stack.use(startLeasedWorker(each, { ...shared, leaseMs: config.leaseMs })),
  );
  stack.defer(
    signals.listen('work', () => {
      for (const worker of workers) worker.wake();
    }),
  );
  stack.use(startHousekeeping({ ...shared, board, manage, eraseCustomer }));

  const identify = createIdentify({ jwksUrl: config.jwksUrl, clock });
  const menu = stack.use(createMenu(shared));
  const endpoints = [
    ...createProductRoutes({ ...shared, menu, manage }),
    ...createOrderRoutes({ ...shared, placeOrder, changeStatus: createChangeStatus(shared) }),
    ...createPaymentRoutes({
      ...shared,
      checkOut: createCheckOut({ ...shared, unpaidMs }),
      takeNotification: createTakeNotification(shared),
    }),
    ...createCustomerRoutes({ ...shared, eraseCustomer }),
  ];
  const app = await createHttpServer({ random, log });
  stack.defer(() => app.close());
  serveMetrics({
    app,
    log,
    countOrders: () => orders.countByStatus(),
    countFailingPayments: () => payments.countFailing(),
    readOverdue: () => payments.overdueSeconds(clock.now()),
    connections: db.connections,
    ofProcess: deps.ownsProcess,
    token: config.metricsToken,
  });
  serveHealth(app, {
    clock,
    checks: [
      {
        name: 'postgres',
        isVital: true,
        isUp: async () => (await db.query('SELECT 1 AS up', [])).length === 1,
      },
      { name: 'clientes', isVital: false, isUp: () => pool.isUp() },
    ],
  });
  registerEndpoints(app, endpoints, identify);
  const feed = stack.use(createBoardFeed({ ...shared, board }));
  const boards = serveBoards(app, { feed, identify, clock, log });
  await serveDocs(app, endpoints);
  await servePages(app, { folder: pages, walletUrl: config.walletUrl, identify });

  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new ConfigError(
      `Port ${config.port} of ${config.host} is taken: choose another with STOREFRONT_PORT.`,
      {
        cause: error,
      },
    );
  }
  // First of all to end: an open board would keep the server from closing.
  stack.use(boards);
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const running = stack.move();
  return { url: `http://${host}:${port}`, [Symbol.asyncDispose]: () => running.disposeAsync() };
};
