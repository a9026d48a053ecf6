import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { createTestClock } from '../../../../test/test-clock.ts';
import { ShellLost } from '../../snapshots/index.ts';
import { connect } from './connection.ts';
import { createKeyPair } from './keys.ts';
import { probe } from './probe.ts';
import { deps, enter, freePort, listen, never, pass } from './ssh-test-kit.ts';
import { SshError, type SshFailure, type SshTarget } from './target.ts';
import { watchLife } from './watch-life.ts';

const keys = createKeyPair();
const hostKeys = createKeyPair();
const targetAt = (...ports: readonly number[]): SshTarget => ({
  addresses: ports.map((port) => ({ host: '127.0.0.1', port })),
  user: 'root',
  privateKey: keys.privateKey,
  hostKey: undefined,
});
const fails = (failure: SshFailure) => (error: unknown) =>
  error instanceof SshError && error.failure === failure;

/** An SSH server that lets everyone in who shows a key, or nobody. */
const listenSsh = (options: {
  readonly letsIn: boolean;
  readonly onExec?: (accept: () => ssh2.ServerChannel) => void;
}) => {
  const server = new ssh2.Server({ hostKeys: [hostKeys.privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) =>
      options.letsIn ? context.accept() : context.reject(['publickey']),
    );
    connection.on('session', (accept) => {
      accept().on('exec', (acceptExec) => options.onExec?.(acceptExec));
    });
  });
  return listen((socket) => server.injectSocket(socket));
};

test('nothing that listens is refused', async () => {
  await assert.rejects(enter(targetAt(await freePort())), fails('refused'));
  await assert.rejects(enter(targetAt()), fails('refused'));
});

test('a machine that accepts and then says nothing is hung', async () => {
  await using silent = await listen(() => undefined);
  await assert.rejects(enter(targetAt(silent.port), 100), fails('hung'));
});

test('what is not SSH is closed, and so is what hangs up', async () => {
  await using http = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await assert.rejects(enter(targetAt(http.port)), fails('closed'));
  await using curt = await listen((socket) => socket.destroy());
  await assert.rejects(enter(targetAt(curt.port)), fails('closed'));
});

test('a key that the machine does not accept', async () => {
  await using strict = await listenSsh({ letsIn: false });
  await assert.rejects(enter(targetAt(strict.port)), fails('auth'));
});

test('another host key than the one known is never entered, also not one of another type', async () => {
  let isAsked = false;
  const server = new ssh2.Server({ hostKeys: [hostKeys.privateKey] }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      isAsked = true;
      context.accept();
    });
  });
  await using machine = await listen((socket) => server.injectSocket(socket));
  const others = [createKeyPair().publicKey, 'ssh-rsa AAAAB3NzaC1yc2E=', 'SHA256:AAAA', 'nonsense', ''];
  for (const hostKey of others)
    await assert.rejects(enter({ ...targetAt(machine.port), hostKey }), fails('host_key'));
  assert.equal(isAsked, false);
  const right = await enter({ ...targetAt(machine.port), hostKey: hostKeys.publicKey });
  assert.equal(isAsked, true);
  await right[Symbol.asyncDispose]();
});

test('of several addresses the one that got farthest says why', async () => {
  await using silent = await listen(() => undefined);
  await using strict = await listenSsh({ letsIn: false });
  await assert.rejects(enter(targetAt(await freePort(), silent.port), 200), fails('hung'));
  await assert.rejects(enter(targetAt(await freePort(), strict.port, silent.port), 1000), fails('auth'));
});

test('an attempt that is aborted ends with the reason, and leaves no connection', async () => {
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  await using silent = await listen(() => resolve());
  const abort = new AbortController();
  const options = { ...deps, clock: createTestClock(), timeoutMs: 60_000 };
  const connecting = connect(targetAt(silent.port), options, abort.signal);
  await connected;
  const reason = new Error('enough');
  abort.abort(reason);
  await assert.rejects(connecting, reason);
  for (const socket of silent.sockets) await once(socket.resume(), 'close');
});

test('a machine that lets us in and runs nothing is hung; one that ends every command is closed', async () => {
  await using silent = await listenSsh({ letsIn: true, onExec: () => undefined });
  await assert.rejects(probe(targetAt(silent.port), { ...deps, timeoutMs: 300 }, never), fails('hung'));
  await using deaf = await listenSsh({ letsIn: true, onExec: (accept) => void accept() });
  await assert.rejects(probe(targetAt(deaf.port), { ...deps, timeoutMs: 300 }, never), fails('hung'));
  await using closing = await listenSsh({
    letsIn: true,
    onExec: (accept) => {
      const channel = accept();
      channel.stderr.write('This account is currently not available.\n');
      channel.exit(1);
      channel.end();
    },
  });
  await assert.rejects(probe(targetAt(closing.port), { ...deps, timeoutMs: 20_000 }, never), fails('closed'));
});

test('a probe that is aborted ends with the reason', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  await using silent = await listenSsh({ letsIn: true, onExec: () => resolve() });
  const abort = new AbortController();
  const probing = probe(targetAt(silent.port), { ...deps, timeoutMs: 60_000 }, abort.signal);
  await asked;
  const reason = new Error('enough');
  abort.abort(reason);
  await assert.rejects(probing, reason);
});

test('a machine that does not answer the order to end a program is lost, and nobody waits for it forever', async () => {
  const clock = createTestClock();
  const { promise: started, resolve } = Promise.withResolvers<void>();
  await using deaf = await listenSsh({
    letsIn: true,
    onExec: (accept) => {
      accept().once('data', () => resolve());
    },
  });
  await using connection = await connect(targetAt(deaf.port), { ...deps, clock, timeoutMs: 60_000 }, never);
  const running = connection.run(['true'], { signal: never, timeoutSeconds: 5 });
  const lost = assert.rejects(running, ShellLost);
  await started;
  await pass(clock, 5000);
  await pass(clock, 10_000);
  await lost;
});

test('a private key that is none is told as such', async () => {
  await assert.rejects(
    enter({ ...targetAt(await freePort()), privateKey: 'nonsense' }),
    /Cannot parse privateKey/,
  );
});

test('a connection of which nothing is heard for 20 s ends; a single byte keeps it', async () => {
  const clock = createTestClock();
  let isDestroyed = false;
  const socket = {
    bytesRead: 0,
    destroy: () => {
      isDestroyed = true;
    },
  };
  const over = new AbortController();
  const watching = watchLife(socket as unknown as Parameters<typeof watchLife>[0], clock, over.signal);
  for (const bytes of [10, 10, 10, 10, 11, 11, 11, 11]) {
    socket.bytesRead = bytes;
    await pass(clock, 5000);
  }
  assert.equal(isDestroyed, false);
  await pass(clock, 5000);
  await watching;
  assert.equal(isDestroyed, true);
});
