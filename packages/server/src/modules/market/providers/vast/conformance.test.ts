import { findRoute } from '@dumont/simulator/vast';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createTestClock } from '../../../../../test/test-clock.ts';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import { apiKey, createSimulator, serveSimulator } from '../../market-test-kit.ts';
import { testProvider, type ConformanceWorld } from '../conformance.ts';
import { createTrustedSend } from '../network.ts';
import type { Provider, ProviderCall } from '../provider.ts';
import { createVastProvider, vastIntervals } from './vast.ts';

/** Sleeps of the provider itself (a log that is not there yet) are time of the cloud. */
const createWorld = async (): Promise<ConformanceWorld> => {
  const cloudTime = createTestClock();
  let isNextLost = false;
  const { vast } = createSimulator(cloudTime, {
    faults: {
      around: (_request, _route, serve) => {
        const answer = serve();
        if (!isNextLost) return answer;
        isNextLost = false;
        return 'lost';
      },
    },
  });
  const server = await serveSimulator(vast);
  const clock: Clock = {
    ...systemClock,
    sleep: async (ms) => {
      await turn();
      cloudTime.advance(ms);
    },
  };
  const providerWith = (key: string, url = server.url): Provider =>
    createVastProvider({ url, apiKey: key, send: createTrustedSend(systemClock), clock });
  return {
    provider: providerWith(apiKey),
    elsewhere: providerWith(apiKey),
    stranger: providerWith('a key that nobody has'),
    // The discard port: nothing listens there.
    unreachable: providerWith(apiKey, 'http://127.0.0.1:9'),
    pass: async (ms) => cloudTime.advance(ms),
    loseNextReply: () => {
      isNextLost = true;
    },
    requests: server.requests,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
};

testProvider('vast, on the simulator over HTTP', createWorld);

test('no call of the provider comes more often than its address is held to', () => {
  const addresses: readonly (readonly [ProviderCall, string, string])[] = [
    ['search', 'POST', '/api/v0/bundles'],
    ['create', 'PUT', '/api/v0/asks/5'],
    ['create', 'POST', '/api/v0/asks/bulk'],
    ['list', 'GET', '/api/v1/instances'],
    ['find', 'GET', '/api/v0/instances/5'],
    ['start', 'PUT', '/api/v0/instances/5'],
    ['stop', 'PUT', '/api/v0/instances/5'],
    ['reboot', 'PUT', '/api/v0/instances/reboot/5'],
    ['label', 'PUT', '/api/v0/instances/5'],
    ['bid', 'PUT', '/api/v0/instances/bid_price/5'],
    ['destroy', 'DELETE', '/api/v0/instances/5'],
    ['destroy', 'DELETE', '/api/v0/instances'],
    ['logs', 'PUT', '/api/v0/instances/request_logs/5'],
    ['ssh-key', 'POST', '/api/v0/instances/5/ssh'],
    ['charges', 'GET', '/api/v0/charges'],
    ['account', 'GET', '/api/v0/users/current'],
  ];
  assert.deepEqual(new Set(addresses.map(([call]) => call)), new Set(Object.keys(vastIntervals)));
  for (const [call, method, path] of addresses) {
    const found = findRoute(method, path);
    assert.ok(typeof found === 'object', path);
    assert.ok(vastIntervals[call] >= (found.route.limit?.intervalSeconds ?? 0) * 1000, `${call}: ${path}`);
  }
});
