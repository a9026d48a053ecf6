import { z } from 'zod';
import type { Clock } from '../../../../kernel/clock.ts';
import { ProviderError, type Provider, type ProviderCall } from '../provider.ts';
import type { ProviderRequest, ProviderResponse, Send } from '../transport.ts';
import { expectAnswer, readAnswer } from './answer.ts';
import { chargesFilter, chargesOf, ChargesPage, chargesPageSize } from './charges.ts';
import { createRequest, readCreated } from './create.ts';
import { Page, pageSize, readPages } from './list.ts';
import { machineOf, WireMachine } from './machine.ts';
import { identifier, maybe, microUsd, toUsd } from './numbers.ts';
import { readOffers, SearchAnswer, searchBody } from './search.ts';

/** Least time between two requests of a kind; where nothing is documented, a second for courtesy. */
export const vastIntervals: Readonly<Record<ProviderCall, number>> = {
  search: 6000,
  create: 4500,
  list: 1000,
  find: 2000,
  start: 1000,
  stop: 1000,
  reboot: 1000,
  label: 1000,
  bid: 5500,
  destroy: 3000,
  logs: 1000,
  'ssh-key': 2000,
  charges: 1000,
  account: 2000,
};

const Done = z.looseObject({});
const One = z.looseObject({ instances: WireMachine.nullable() });
const Logs = z.looseObject({ result_url: z.url({ protocol: /^https?$/ }) });
const Current = z.looseObject({
  id: identifier,
  username: maybe(z.string()),
  email: maybe(z.string()),
  credit: maybe(microUsd),
  balance: maybe(microUsd),
});

/** A log is written to a store first, and is not there until it is whole. */
const logPollMs = 1000;
const logPolls = 30;
const maxLogChars = 1_000_000;

/** Vast.ai, or what speaks its protocol, at `url` with an account's key. The key is in headers only. */
export const createVastProvider = (deps: {
  url: string;
  apiKey: string;
  send: Send;
  clock: Clock;
}): Provider => {
  const base = deps.url.replace(/\/+$/, '');

  const request = (
    call: ProviderCall,
    method: ProviderRequest['method'],
    path: string,
    signal: AbortSignal,
    body?: unknown,
  ): Promise<ProviderResponse> =>
    deps.send(
      {
        call,
        method,
        url: base + path,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${deps.apiKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      },
      signal,
    );

  const pathOf = (id: string, ...verb: string[]): string =>
    `/api/v0/instances/${[...verb, encodeURIComponent(id)].join('/')}/`;

  const command = async (
    call: ProviderCall,
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<void> => {
    expectAnswer(await request(call, 'PUT', path, signal, body), call, Done);
  };

  return {
    kind: 'vast',
    intervals: vastIntervals,
    searchOffers: async (query, signal) => {
      const response = await request('search', 'POST', '/api/v0/bundles/', signal, searchBody(query));
      return readOffers(expectAnswer(response, 'search', SearchAnswer), query);
    },
    createMachines: async (orders, signal) => {
      const { method, path, body } = createRequest(orders);
      return readCreated(await request('create', method, path, signal, body), orders);
    },
    listMachines: (signal) =>
      readPages(async (afterToken) => {
        const query = new URLSearchParams({
          limit: String(pageSize),
          order_by: JSON.stringify([{ col: 'id', dir: 'asc' }]),
          ...(afterToken === undefined ? {} : { after_token: afterToken }),
        });
        const response = await request('list', 'GET', `/api/v1/instances/?${query.toString()}`, signal);
        return expectAnswer(response, 'list', Page);
      }),
    findMachine: async (id, signal) => {
      const response = await request('find', 'GET', `${pathOf(id)}?owner=me`, signal);
      const answer = readAnswer(response, 'find');
      if (!answer.ok && answer.error.kind === 'not_found') return undefined;
      const { instances } = expectAnswer(response, 'find', One);
      return instances === null ? undefined : machineOf(instances);
    },
    startMachine: (id, signal) => command('start', pathOf(id), { state: 'running' }, signal),
    stopMachine: (id, signal) => command('stop', pathOf(id), { state: 'stopped' }, signal),
    rebootMachine: (id, signal) => command('reboot', pathOf(id, 'reboot'), {}, signal),
    labelMachine: (id, label, signal) => command('label', pathOf(id), { label }, signal),
    changeBid: (id, pricePerHourMicroUsd, signal) =>
      command(
        'bid',
        pathOf(id, 'bid_price'),
        { client_id: 'me', price: toUsd(pricePerHourMicroUsd) },
        signal,
      ),
    destroyMachines: async (ids, signal) => {
      const response =
        ids.length === 1
          ? await request('destroy', 'DELETE', pathOf(ids[0]), signal, {})
          : await request('destroy', 'DELETE', '/api/v0/instances/', signal, {
              instance_ids: ids.map(Number),
            });
      const answer = readAnswer(response, 'destroy');
      if (!answer.ok && answer.error.kind !== 'not_found' && answer.error.kind !== 'gone') throw answer.error;
    },
    readLogs: async (id, lines, signal) => {
      const asked = await request('logs', 'PUT', pathOf(id, 'request_logs'), signal, { tail: String(lines) });
      const { result_url: url } = expectAnswer(asked, 'logs', Logs);
      for (let polls = 0; polls < logPolls; polls += 1) {
        // Another server than the provider's own: it must not see the key.
        const { status, body } = await deps.send({ call: 'logs', method: 'GET', url, headers: {} }, signal);
        if (status === 200) return body.slice(-maxLogChars);
        await deps.clock.sleep(logPollMs, signal);
        signal.throwIfAborted();
      }
      throw new ProviderError('blind', 'logs', 'the log did not come');
    },
    addSshKey: async (id, publicKey, signal) => {
      const path = `${pathOf(id)}ssh/`;
      const answer = readAnswer(
        await request('ssh-key', 'POST', path, signal, { ssh_key: publicKey }),
        'ssh-key',
      );
      if (!answer.ok && !/already/i.test(answer.error.message)) throw answer.error;
    },
    listCharges: async (from, to, signal) => {
      const charges = [];
      const tokens = new Set<string>();
      let token: string | undefined;
      do {
        const query = new URLSearchParams({
          select_filters: chargesFilter(from, to),
          limit: String(chargesPageSize),
          ...(token === undefined ? {} : { after_token: token }),
        });
        const response = await request('charges', 'GET', `/api/v0/charges/?${query.toString()}`, signal);
        const page = expectAnswer(response, 'charges', ChargesPage);
        charges.push(...chargesOf(page));
        token = page.next_token ?? undefined;
        if (token !== undefined && tokens.has(token))
          throw new ProviderError('blind', 'charges', 'the pages of the charges lead nowhere');
        if (token !== undefined) tokens.add(token);
      } while (token !== undefined);
      return charges;
    },
    findAccount: async (signal) => {
      const path = '/api/v0/users/current/';
      const current = expectAnswer(await request('account', 'GET', path, signal), 'account', Current);
      return {
        id: current.id,
        name: current.username ?? current.email ?? current.id,
        balanceMicroUsd: current.credit ?? current.balance ?? 0,
      };
    },
  };
};
