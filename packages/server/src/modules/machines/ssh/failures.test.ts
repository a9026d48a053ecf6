import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { createTestClock } from '../../../../test/test-clock.ts';
import { ShellLost } from '../../snapshots/index.ts';
import { connect } from './connection.ts';
import { createKeyPair } from './keys.ts';
import { probe } from './probe.ts';
import { deps, enter, freePort, listen, never, openWire, pass } from './ssh-test-kit.ts';
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
const listenSsh = async (options: {
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
  let onGone = (): void => undefined;
  const listener = await listen((socket) => {
    socket.on('close', () => onGone());
    server.injectSocket(socket);
  });
  return {
    ...listener,
    /** Told when somebody has gone. */
    onGone: (listenerOfThat: () => void) => {
      onGone = listenerOfThat;
    },
  };
};

test('nothing that listens is refused', async () => {
  await assert.rejects(enter(targetAt(await freePort())), fails('refused'));
  await assert.rejects(enter(targetAt()), fails('refused'));
});

/** A server that accepts and says nothing; `reached` resolves when the other side knows that it was reached. */
const listenSilently = async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const listener = await listen(() => resolve());
  return { ...listener, reached: promise.then(() => setImmediate()) };
};

/** Patience of a minute, on a clock that a test moves. */
const createPatience = () => {
  const clock = createTestClock();
  return { ...deps, clock, timeoutMs: 60_000 };
};

test('a machine that accepts and then says nothing is hung', async () => {
  await using silent = await listenSilently();
  const patience = createPatience();
  const hung = assert.rejects(connect(targetAt(silent.port), patience, never), fails('hung'));
  await silent.reached;
  await pass(patience.clock, 60_000);
  await hung;
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
  await using silent = await listenSilently();
  const refused = await freePort();
  const patience = createPatience();
  const hung = assert.rejects(connect(targetAt(silent.port, refused), patience, never), fails('hung'));
  await silent.reached;
  await pass(patience.clock, 60_000);
  await hung;

  await using strict = await listenSsh({ letsIn: false });
  const { promise: wasRefused, resolve } = Promise.withResolvers<void>();
  strict.onGone(resolve);
  const all = targetAt(refused, strict.port, silent.port);
  const auth = assert.rejects(connect(all, patience, never), fails('auth'));
  await wasRefused;
  await pass(patience.clock, 60_000);
  await auth;
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

test('a machine that lets us in and answers no command is hung', async () => {
  for (const onExec of [() => undefined, (accept: () => unknown) => void accept()]) {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    await using machine = await listenSsh({
      letsIn: true,
      onExec: (accept) => {
        onExec(accept);
        resolve();
      },
    });
    const patience = createPatience();
    const hung = assert.rejects(probe(targetAt(machine.port), patience, never), fails('hung'));
    await asked;
    await pass(patience.clock, 60_000);
    await hung;
  }
});

test('a machine that lets us in and runs no command is closed', async () => {
  await using machine = await listenSsh({
    letsIn: true,
    onExec: (accept) => {
      const channel = accept();
      channel.stderr.write('This account is currently not available.\n');
      channel.exit(1);
      channel.end();
    },
  });
  await assert.rejects(probe(targetAt(machine.port), { ...deps, timeoutMs: 20_000 }, never), fails('closed'));
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
  await using wire = await openWire(targetAt(deaf.port));
  await using connection = await connect(wire.target, { ...deps, clock, timeoutMs: 60_000 }, never);
  const running = connection.run(['true'], { signal: never, timeoutSeconds: 5 });
  const lost = assert.rejects(running, ShellLost);
  await started;
  wire.freeze();
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
