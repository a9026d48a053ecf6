import { setImmediate as turn } from 'node:timers/promises';
import { createTestClock } from '../../../../../test/test-clock.ts';
import { systemClock, type Clock } from '../../../../kernel/clock.ts';
import { apiKey, createSimulator, serveSimulator } from '../../market-test-kit.ts';
import { testProvider, type ConformanceWorld } from '../conformance.ts';
import { createTrustedSend } from '../network.ts';
import type { Provider } from '../provider.ts';
import { createVastProvider } from './vast.ts';

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
