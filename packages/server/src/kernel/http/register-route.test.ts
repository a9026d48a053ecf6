import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { routes } from '@dumont/contracts/routes';
import fastify from 'fastify';
import { systemClock } from '../clock.ts';
import { createLogger } from '../log.ts';
import { createRateLimit } from './rate-limit.ts';
import { registerRoute } from './register-route.ts';

const body = JSON.stringify({ email: 'ana@example.org', password: 'a-long-password' });
const requests = {
  health: 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n',
  login: `POST /api/v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
} as const;

for (const name of ['health', 'login'] as const)
  test(
    `a handler hears that its client left, also of a request with a body: ${name}`,
    { timeout: 10_000 },
    async () => {
      const begun = Promise.withResolvers<void>();
      const left = Promise.withResolvers<void>();
      const app = fastify({ forceCloseConnections: true });
      const unlimited = createRateLimit(systemClock, 1e6, 1e6);
      registerRoute(
        app,
        name,
        routes[name],
        async ({ context }) => {
          const { signal } = context;
          signal.addEventListener('abort', () => left.resolve());
          begun.resolve();
          await left.promise;
        },
        {
          authenticator: {
            authenticate: () => Promise.reject(new Error('nobody is asked who they are')),
            csrfValid: () => false,
            stillValid: async () => false,
          },
          log: createLogger('silent'),
          validateResponses: false,
          publicUrl: undefined,
          limits: { calls: unlimited, credentials: unlimited, expensive: unlimited },
        },
      );
      await app.listen({ port: 0, host: '127.0.0.1' });
      const client = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      await once(client, 'connect');
      client.write(requests[name]);
      await begun.promise;
      client.destroy();
      await left.promise;
      await app.close();
    },
  );
