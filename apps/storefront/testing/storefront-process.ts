import pg from 'pg';
import type { PaymentProvider } from '../src/application/payment-provider.ts';
import { systemClock } from '../src/lib/clock.ts';
import { createLogger } from '../src/lib/log.ts';
import { createSystemRandom } from '../src/lib/random.ts';
import { startStorefront } from '../src/storefront.ts';
import { createDeskProvider } from './charge-desk.ts';

/**
 * The whole service as a process, with the desk for its provider. It may die at a chosen step: then it counts what it
 * leaves behind in the database and at the provider, and ends by KILL. Its one argument is JSON.
 */
export interface ProcessOptions {
  readonly databaseUrl: string;
  readonly jwksUrl: string;
  readonly poolUrl: string;
  readonly deskUrl: string;
  readonly imagesDir: string;
  /** 0: never. */
  readonly dieAtStep: number;
}

const options = JSON.parse(process.argv[2] ?? '{}') as ProcessOptions;
let steps = 0;

const step = (): void => {
  steps += 1;
  if (steps === options.dieAtStep) process.kill(process.pid, 'SIGKILL');
};

/**
 * What leaves something behind: a commit, or a statement that is its own transaction. Dying inside of a transaction is
 * dying after the step before it. What comes round by itself is no step of an order.
 */
const isStep = (text: string): boolean =>
  /^\s*(COMMIT|INSERT|UPDATE|WITH)/.test(text) && !/pickup_days|overdue|erasures/.test(text);

interface Answer {
  readonly rowCount: number | null;
}
type Done = (error: unknown, answer: Answer) => void;
type Query = (this: pg.Client, ...given: unknown[]) => Promise<Answer> | undefined;

const inTransaction = new WeakSet<pg.Client>();
const send = pg.Client.prototype.query as unknown as Query;
const counting: Query = function counting(...given) {
  const [first] = given;
  const text = typeof first === 'string' ? first : ((first as { text?: string }).text ?? '');
  if (text === 'BEGIN') inTransaction.add(this);
  if (text === 'COMMIT' || text === 'ROLLBACK') inTransaction.delete(this);
  if (!isStep(text) || inTransaction.has(this)) return Reflect.apply(send, this, given);
  const count = (answer: Answer): void => {
    // A claim that found nothing left nothing behind.
    if (text === 'COMMIT' || (answer.rowCount ?? 0) > 0) step();
  };
  // The pool asks with a callback, a transaction with a promise.
  const done = given.at(-1);
  if (typeof done === 'function') {
    const counted: Done = (error, answer) => {
      if (error === undefined || error === null) count(answer);
      (done as Done)(error, answer);
    };
    return Reflect.apply(send, this, [...given.slice(0, -1), counted]);
  }
  return Reflect.apply(send, this, given)?.then((answer) => {
    count(answer);
    return answer;
  });
};
if (options.dieAtStep > 0) pg.Client.prototype.query = counting as never;

const watched = (provider: PaymentProvider): PaymentProvider =>
  new Proxy(provider, {
    get: (target, name: keyof PaymentProvider) =>
      name === 'readNotification'
        ? target[name]
        : async (argument: never) => {
            step();
            const answer = await (target[name] as (argument: never) => Promise<unknown>)(argument);
            step();
            return answer;
          },
  });

const storefront = await startStorefront({
  config: {
    databaseUrl: options.databaseUrl,
    databaseConnections: 4,
    host: '127.0.0.1',
    port: 0,
    jwksUrl: options.jwksUrl,
    pool: { url: options.poolUrl, token: 'pool-token' },
    imagesDir: options.imagesDir,
    walletUrl: undefined,
    metricsToken: undefined,
    timeZone: 'America/Sao_Paulo',
    unpaidMs: 1_800_000,
    leaseMs: 1000,
  },
  provider: watched(createDeskProvider(options.deskUrl)),
  clock: systemClock,
  random: createSystemRandom(systemClock),
  log: createLogger('silent'),
  ownsProcess: true,
});
steps = 0;
process.stdout.write(`${storefront.url}\n`);
