import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createCloud, type Cloud } from '@dumont/simulator/cloud';
import { createVast, type Vast, type VastOptions } from '@dumont/simulator/vast';
import { createTestClock, type TestClock } from '../../../test/test-clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ProviderError, type OfferQuery, type Provider } from './providers/provider.ts';
import type { ProviderRequest, ProviderResponse, Send } from './providers/transport.ts';
import { createVastProvider } from './providers/vast/vast.ts';

export const apiKey = 'account-key-0123456789abcdef';
export const unending = new AbortController().signal;

export const anyOffer: OfferQuery = { diskGb: 20, verifiedOnly: false, rental: 'on-demand', limit: 1000 };

/** A simulated cloud that is driven by a clock. Its machines do what they should unless told otherwise. */
export const createSimulator = (
  clock: Clock,
  options: { hasLimits?: boolean; machines?: number; seed?: number } & Pick<VastOptions, 'faults'> = {},
): { readonly cloud: Cloud; readonly vast: Vast } => {
  const cloud = createCloud({
    seed: options.seed ?? 7,
    startMs: clock.now().getTime(),
    accounts: [{ username: 'dumont', apiKey }],
    market: { badShare: 0, flawRate: 0, machines: options.machines ?? 160 },
  });
  const vast = createVast({
    cloud,
    now: () => clock.now().getTime(),
    publicUrl: 'http://simulator.example',
    hasLimits: options.hasLimits ?? false,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  return { cloud, vast };
};

/** Requests straight into the simulator: no socket, no time. */
export const sendInto =
  (vast: Pick<Vast, 'handle'>): Send =>
  async ({ call, method, url, headers, body }, signal) => {
    signal.throwIfAborted();
    const { pathname, search } = new URL(url);
    const answer = vast.handle({ method, url: pathname + search, headers, body: body ?? '' });
    if (answer === 'lost') throw new ProviderError('blind', call, 'no answer');
    return answer;
  };

/** A provider on one canned reply, or several in turn; what it sent is kept. */
export const answering = (
  ...replies: readonly (ProviderResponse | Error)[]
): { readonly provider: Provider; readonly sent: ProviderRequest[] } => {
  const sent: ProviderRequest[] = [];
  const left = [...replies];
  const provider = createVastProvider({
    url: 'https://vast.example/',
    apiKey,
    clock: createTestClock(),
    send: async (request) => {
      sent.push(request);
      const reply = left.length > 1 ? left.shift() : left[0];
      if (reply === undefined) throw new Error('no reply is left');
      if (reply instanceof Error) throw reply;
      return reply;
    },
  });
  return { provider, sent };
};

export const reply = (status: number, body: unknown): ProviderResponse => ({
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** The simulator behind a real socket. */
export const serveSimulator = async (
  vast: Vast,
): Promise<{ readonly url: string; readonly requests: string[] } & AsyncDisposable> => {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push(`${request.method} ${request.url}`);
      const { host, authorization } = request.headers;
      const answer = vast.handle({
        method: request.method ?? '',
        url: request.url ?? '',
        headers: { host, authorization },
        body,
      });
      if (answer === 'lost') request.socket.destroy();
      else response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
    },
  };
};

/** Lets time pass in small steps, and everything that is due happen in between, until the work is done. */
export const passing = async <T>(clock: TestClock, work: Promise<T>, stepMs = 100): Promise<T> => {
  const state = { done: false };
  void work.finally(() => (state.done = true)).catch(() => undefined);
  for (let steps = 0; !state.done; steps += 1) {
    if (steps > 1_000_000) throw new Error('it does not end');
    for (let turns = 0; turns < 5; turns += 1) await turn();
    if (!state.done) clock.advance(stepMs);
  }
  return work;
};
