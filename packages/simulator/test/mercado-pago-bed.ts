import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../src/clock.ts';
import { startMercadoPago, type Account, type RunningMercadoPago } from '../src/mercado-pago/index.ts';

export const account = {
  userId: '1403498245',
  applicationId: '7364289770550796',
  accessToken: 'APP_USR-7364289770550796-051212-test-1403498245',
  webhookSecret: 'a-secret-of-the-panel',
  webhookUrl: undefined,
  posIds: ['LOJ001POS001'],
  name: 'Lanchonete da Praça',
  city: 'São Paulo',
  postalCode: '80510040',
} satisfies Account;

/** A notification as it arrived. */
export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string>>;
  // A test reads what the wire says: its form is what is tested.
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Time that a test moves; whoever sleeps wakes whenever it moves. */
const createTestClock = () => {
  let nowMs = Date.parse('2026-11-20T12:00:00Z');
  const sleepers = new Set<() => void>();
  const clock: Clock = {
    now: () => new Date(nowMs),
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        if (signal?.aborted === true) resolve();
        else {
          sleepers.add(wake);
          signal?.addEventListener('abort', wake);
        }
      }),
  };
  const advance = (seconds: number): void => {
    nowMs += Math.round(seconds * 1000);
    for (const wake of sleepers) wake();
  };
  return { clock, advance };
};

/** A seller's webhook, which answers 200 unless told otherwise. */
const openReceiver = async () => {
  const arrived: Received[] = [];
  const waiting: ((received: Received) => void)[] = [];
  const answers: number[] = [];
  const server = createServer((message, response) => {
    const parts: Buffer[] = [];
    message.on('data', (part: Buffer) => parts.push(part));
    message.on('end', () => {
      const received: Received = {
        headers: message.headers as Received['headers'],
        query: Object.fromEntries(new URL(message.url ?? '/', 'http://localhost').searchParams),
        body: JSON.parse(Buffer.concat(parts).toString()) as Received['body'],
      };
      response.writeHead(answers.shift() ?? 200, { location: '/elsewhere' }).end();
      const first = waiting.shift();
      if (first === undefined) arrived.push(received);
      else first(received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pagamentos/webhook`,
    answerNext: (...statuses: readonly number[]) => void answers.push(...statuses),
    /** The next notification, which may still be on its way. */
    next: (): Promise<Received> => {
      const first = arrived.shift();
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first);
    },
    /** How many came that nobody asked for. */
    left: () => arrived.length,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

export const controlToken = 'control';

/** The stand-in with a webhook, over HTTP, in time that the test moves. */
export const openMercadoPagoBed = async (options: { readonly seed?: number } = {}) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'dumont-mercado-pago-'));
  const receiver = await openReceiver();
  const { clock, advance } = createTestClock();
  const start = (folder = dataFolder): Promise<RunningMercadoPago> =>
    startMercadoPago({
      port: 0,
      dataFolder: folder,
      account: { ...account, webhookUrl: receiver.url },
      seed: options.seed ?? 5,
      clock,
      controlToken,
    });
  let running = await start();
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Reply> => {
    const response = await fetch(`${running.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${account.accessToken}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, body: isJson ? (JSON.parse(text) as Reply['body']) : { text } };
  };
  return {
    dataFolder,
    receiver,
    clock,
    advance,
    start,
    call,
    url: () => running.url,
    faults: () => running.faults,
    pay: (orderId: string, isApproved = true) => running.pay(orderId, isApproved),
    control: (method: string, path: string, body?: unknown, token = controlToken) =>
      call(method, `/_simulator/${path}`, body, { authorization: `Bearer ${token}` }),
    restart: async () => {
      await running[Symbol.asyncDispose]();
      running = await start();
    },
    [Symbol.asyncDispose]: async () => {
      await running[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};

export type MercadoPagoBed = Awaited<ReturnType<typeof openMercadoPagoBed>>;
