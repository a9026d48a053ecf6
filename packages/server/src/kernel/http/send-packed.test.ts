import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { waitFor } from '../../../test/wait.ts';
import { pack, type Packed } from '../packed/packed.ts';
import { sendPacked } from './send-packed.ts';

const text = JSON.stringify(Array.from({ length: 2000 }, (_, at) => ({ id: at, name: `peça ${at % 13}` })));
const megabytes = 32;
let app: FastifyInstance;
let whole: Packed;

before(async () => {
  whole = await pack(Buffer.from(text));
  const long = await pack(Buffer.alloc(megabytes * 1024 * 1024, ' '));
  const damaged = Buffer.from(whole);
  damaged.fill(0xff, 500, 600);
  const answers: Readonly<Record<string, readonly Packed[]>> = {
    '/one': [whole],
    '/spliced': [Buffer.from('{"data":'), whole, Buffer.from('}')],
    '/short': [Buffer.from('{}')],
    '/long': [Buffer.from('['), long, Buffer.from(']')],
    '/cut-off': [Buffer.from('{"data":'), whole.subarray(0, -100), Buffer.from('}')],
    '/cut-to-its-head': [whole.subarray(0, 12)],
    '/damaged': [damaged],
  };
  app = fastify({ forceCloseConnections: true });
  for (const [url, pieces] of Object.entries(answers)) app.get(url, (_, reply) => sendPacked(reply, pieces));
  await app.listen({ host: '127.0.0.1', port: 0 });
});
after(() => app.close());

const ask = (url: string, accepted: string, method: 'GET' | 'HEAD' = 'GET') =>
  app.inject({ method, url, headers: { 'accept-encoding': accepted } });

test('the head says of every answer what the answer says', async () => {
  for (const url of ['/one', '/spliced', '/short', '/long']) {
    for (const accepted of ['gzip', 'identity']) {
      const { headers, rawPayload } = await ask(url, accepted);
      assert.equal(headers['content-length'], String(rawPayload.length), `${url} ${accepted}`);
      const head = await ask(url, accepted, 'HEAD');
      assert.deepEqual(
        ['content-length', 'content-encoding', 'vary'].map((name) => head.headers[name]),
        ['content-length', 'content-encoding', 'vary'].map((name) => headers[name]),
        `${url} ${accepted}`,
      );
      assert.equal(head.body, '');
    }
  }
});

test('who likes the plain text better gets that', async () => {
  for (const accepted of ['identity, gzip;q=0.5', 'gzip;q=0.1, identity;q=0.2', '*;q=0.5, identity']) {
    const { headers, body } = await ask('/one', accepted);
    assert.equal(headers['content-encoding'], undefined, accepted);
    assert.equal(body, text);
  }
  for (const accepted of ['gzip, identity;q=0.5', 'identity, gzip', 'identity;q=0, *']) {
    const { headers, rawPayload } = await ask('/one', accepted);
    assert.equal(headers['content-encoding'], 'gzip', accepted);
    assert.equal(gunzipSync(rawPayload).toString(), text);
  }
});

test('of what was kept and is cut off or damaged nothing is sent', async () => {
  for (const url of ['/cut-off', '/cut-to-its-head']) {
    for (const accepted of ['gzip', 'identity']) {
      const { statusCode, headers, body } = await ask(url, accepted);
      assert.deepEqual([statusCode, headers['content-encoding']], [500, undefined], `${url} ${accepted}`);
      assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
    }
  }
  assert.equal((await ask('/damaged', 'identity')).statusCode, 500);
});

/** One that asks and does not read on. */
const stall = async (path: string): Promise<Socket> => {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
};

test('of a long text those who do not read on hold little, and who reads gets all of it', async () => {
  const before = process.memoryUsage().arrayBuffers;
  const stalled = await Promise.all(Array.from({ length: 10 }, () => stall('/long')));
  const held = process.memoryUsage().arrayBuffers - before;
  const { body } = await ask('/long', 'identity');
  for (const socket of stalled) socket.destroy();
  assert.ok(held < 64 * 1024 * 1024, `${Math.round(held / 1024 / 1024)} MB`);
  assert.equal(body, `[${' '.repeat(megabytes * 1024 * 1024)}]`);
  const connections = promisify(app.server.getConnections.bind(app.server));
  await waitFor('the end of those who went away', async () => (await connections()) === 0);
});
