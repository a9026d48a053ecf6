import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startCuttingProxy } from './cutting-proxy.ts';
import { type Home, startTestServer, type TestServer } from './server.ts';

let server: TestServer;
let home: Home;
let token: string;
before(async () => {
  server = await startTestServer();
  home = await server.signIn();
  token = (await home.dumont(['token', 'create', 'follow'])).stdout.trim();
});
after(() => server[Symbol.asyncDispose]());

const count = 400;
/** About two seconds of lines. */
const script = `i=1; while [ $i -le ${count} ]; do echo "line $i"; i=$((i+1)); sleep 0.005; done`;
const argv = ['run', 'start', '--command', '--follow', '--', 'sh', '-c', script];
const expected = Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const linesOf = (stdout: string): string[] =>
  stdout.split('\n').flatMap((line) => /INFO {4}(line \d+)$/.exec(line)?.[1] ?? []);

test('a connection that is cut again and again loses no line and doubles none', async () => {
  await using proxy = await startCuttingProxy(server.url);
  const cutAt = new Set([50, 150, 250]);
  const { stdout, exitCode } = await home.dumont(argv, {
    environment: { DUMONT_URL: proxy.url, DUMONT_TOKEN: token },
    onOutput: (output) => {
      const seen = linesOf(output).length;
      for (const at of cutAt) {
        if (seen >= at && cutAt.delete(at)) proxy.cut();
      }
    },
  });
  assert.deepEqual(linesOf(stdout), expected);
  assert.match(stdout, /succeeded/);
  assert.equal(cutAt.size, 0, 'it was cut three times');
  assert.ok(proxy.upgrades() >= 2, 'it came back by events');
  assert.equal(exitCode, 0);
});

test('where no WebSocket gets through, the server is asked every second, and that is said once', async () => {
  await using proxy = await startCuttingProxy(server.url, { refuseUpgrades: true });
  const { stdout, stderr, exitCode } = await home.dumont(argv, {
    environment: { DUMONT_URL: proxy.url, DUMONT_TOKEN: token },
  });
  assert.deepEqual(linesOf(stdout), expected);
  assert.equal(stderr.match(/asking every second instead/g)?.length, 1, stderr);
  assert.equal(exitCode, 0);
});

test('without a permission the log is refused, not polled for ever', async () => {
  const { exitCode, stderr } = await home.dumont(['run', 'logs', 'last', '-f'], {
    environment: { DUMONT_TOKEN: 'not a token' },
  });
  assert.match(stderr, /^Error: The token is not valid/);
  assert.equal(exitCode, 3);
});
