import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';

/** What one gets without a gateway: Fastify with `@fastify/http-proxy`; its argument is the upstream. */
const app = fastify({ logger: false });
await app.register(httpProxy, {
  upstream: process.argv[2] ?? '',
  undici: { connections: 128, pipelining: 1 },
});
await app.listen({ host: '127.0.0.1', port: 0 });
const address = app.server.address();
process.stdout.write(`${typeof address === 'object' ? (address?.port ?? '') : ''}\n`);
