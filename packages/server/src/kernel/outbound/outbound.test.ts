import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { systemClock } from '../clock.ts';
import { ConfigError } from '../config/settings.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { createOutbound, OutboundFailure } from './outbound.ts';

const deps = { clock: systemClock, log: createLogger('silent') };
const closed = createOutbound({ ...deps, allow: [] });
const open = createOutbound({ ...deps, allow: ['127.0.0.1', 'localhost'] });

const listen = async (t: TestContext, server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
};

const serve = async (t: TestContext, handler: RequestListener): Promise<string> => {
  const server = createServer(handler);
  t.after(() => server.closeAllConnections());
  return `http://127.0.0.1:${await listen(t, server)}`;
};

const refused = (reason: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AppError, String(error));
  assert.equal(error.code, 'outbound.refused');
  assert.match(error.message, reason);
  return true;
};

const failed = (text: RegExp) => (error: unknown) => {
  assert.ok(error instanceof OutboundFailure, String(error));
  assert.match(error.message, text);
  return true;
};

describe('outgoing requests that a user can aim', () => {
  const inside = [
    'http://127.0.0.1/',
    'http://127.1:8080/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://198.18.0.1/',
    'http://240.0.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[4000::1]/',
    'http://localhost/',
    'http://localhost./',
  ];
  for (const url of inside) {
    it(`do not reach ${url}`, async () => {
      await assert.rejects(closed.request(url), refused(/not on the public internet/));
      await assert.rejects(closed.check(url), refused(/not on the public internet/));
    });
  }

  it('go by http and https only, and carry no password in the address', async () => {
    await assert.rejects(closed.check('file:///etc/passwd'), refused(/only http and https/));
    await assert.rejects(closed.check('nonsense'), refused(/not an address/));
    await assert.rejects(closed.check('https://user:secret@example.org/'), (error: unknown) => {
      assert.doesNotMatch(String(error), /secret/);
      return refused(/user name or a password/)(error);
    });
  });

  it('are refused when only one of several addresses of a name is private', async () => {
    const outbound = createOutbound({
      ...deps,
      allow: [],
      lookup: async () => [
        { address: '93.184.215.14', family: 4 },
        { address: '10.0.0.5', family: 4 },
      ],
    });
    await assert.rejects(outbound.request('http://two-faced.example/'), refused(/private/));
  });

  it('may be saved while the name cannot be resolved, and fail with that reason when sent', async () => {
    const outbound = createOutbound({
      ...deps,
      allow: [],
      lookup: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    await outbound.check('https://nowhere.example/hook');
    await assert.rejects(outbound.request('https://nowhere.example/hook'), failed(/cannot be resolved/));
  });

  it('reach what the operator lists, by range, address or name', async (t) => {
    const url = await serve(t, (request, response) => response.end(request.headers.host));
    const { port } = new URL(url);
    for (const [allow, host] of [
      ['127.0.0.0/8', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
      ['127.0.0.1', '[::ffff:127.0.0.1]'],
      ['localhost', 'LOCALHOST'],
    ] as const) {
      const answer = await createOutbound({ ...deps, allow: [allow] }).request(`http://${host}:${port}/`);
      assert.equal(answer.status, 200, `${allow} ${host}`);
    }
    assert.equal((await open.request(`http://localhost:${port}/`)).body.toString(), `localhost:${port}`);
  });

  it('take no list that says something else than it seems', () => {
    for (const entry of ['10.0.0.0/33', '10.0.0', 'https://example.org', '*']) {
      assert.throws(() => createOutbound({ ...deps, allow: [entry] }), ConfigError, entry);
    }
  });

  it('ask the name server once and connect to what it answered then', async (t) => {
    const url = await serve(t, (_request, response) => response.end('the checked one'));
    let asked = 0;
    const outbound = createOutbound({
      ...deps,
      allow: ['127.0.0.1'],
      lookup: async () => {
        asked += 1;
        return [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.2', family: 4 }];
      },
    });
    const answer = await outbound.request(`http://rebinding.example:${new URL(url).port}/`);
    assert.equal(answer.body.toString(), 'the checked one');
    assert.equal(asked, 1);
  });

  it('send what they were given and answer with any status', async (t) => {
    const url = await serve(t, (request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        response.writeHead(503, { 'retry-after': '7' });
        response.end(`${request.method} ${request.url} ${String(request.headers['x-one'])} ${body}`);
      });
    });
    const answer = await open.request(`${url}/path?query=1`, {
      method: 'POST',
      headers: { 'X-One': 'yes' },
      body: 'content',
    });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers['retry-after'], '7');
    assert.equal(answer.body.toString(), 'POST /path?query=1 yes content');
  });

  it('check each redirect like the first address', async (t) => {
    const url = await serve(t, (_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data/' }).end();
    });
    await assert.rejects(open.request(url, { maxRedirects: 3 }), refused(/link-local/));
    assert.equal(
      (await open.request(url)).status,
      302,
      'without permission to follow, the redirect is the answer',
    );
  });

  it('keep credentials from another host and bodies from a redirect that asks for a GET', async (t) => {
    const other = await serve(t, (request, response) => {
      response.end(
        JSON.stringify([request.method, request.headers.authorization, request.headers['content-type']]),
      );
    });
    const url = await serve(t, (_request, response) => response.writeHead(302, { location: other }).end());
    const answer = await open.request(url, {
      method: 'POST',
      headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
      body: '{}',
      maxRedirects: 1,
    });
    assert.equal(answer.url, `${other}/`);
    assert.deepEqual(JSON.parse(answer.body.toString()), ['GET', null, null]);
  });

  it('repeat method and body where the redirect keeps them, and end in a loop', async (t) => {
    let count = 0;
    const url = await serve(t, (request, response) => {
      count += 1;
      request.setEncoding('utf8').on('data', (body: string) => {
        assert.equal(`${request.method} ${body}`, 'POST content');
        response.writeHead(308, { location: '/again' }).end();
      });
    });
    const answer = await open.request(url, { method: 'POST', body: 'content', maxRedirects: 4 });
    assert.equal(answer.status, 308);
    assert.equal(count, 5);
  });

  it('take no more than the allowed bytes, however long the answer is', async (t) => {
    const url = await serve(t, (_request, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    });
    await assert.rejects(open.request(url, { maxBytes: 100_000 }), failed(/larger than 100000 bytes/));
  });

  it('end in time when the target is silent, drips, or never resolves', async (t) => {
    const silent = await listen(
      t,
      createTcpServer((socket) => void socket.on('error', () => undefined)),
    );
    const dripping = await serve(t, (_request, response) => {
      const timer = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(timer));
    });
    const unresolved = createOutbound({ ...deps, allow: [], lookup: () => new Promise(() => undefined) });
    for (const [outbound, url] of [
      [open, `http://127.0.0.1:${silent}/`],
      [open, dripping],
      [unresolved, 'http://slow.example/'],
    ] as const) {
      await assert.rejects(
        outbound.request(url, { timeoutMs: 100 }),
        failed(/no complete answer within 0.1 s/),
      );
    }
  });

  it('end when the caller gives up', async (t) => {
    const arrived = Promise.withResolvers<void>();
    const url = await serve(t, () => arrived.resolve());
    const abort = new AbortController();
    const request = open.request(url, { signal: abort.signal });
    await arrived.promise;
    abort.abort();
    await assert.rejects(request, OutboundFailure);
  });

  it('say why a target does not answer', async (t) => {
    const garbage = await listen(
      t,
      createTcpServer((socket) => socket.end('hello, this is not HTTP\r\n\r\n')),
    );
    await assert.rejects(open.request(`http://127.0.0.1:${garbage}/`), failed(/not HTTP/));
    const gone = createTcpServer();
    const port = await listen(t, gone);
    gone.close();
    await once(gone, 'close');
    await assert.rejects(open.request(`http://127.0.0.1:${port}/`), failed(/refused/));
  });
});
