import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import { createTestClock } from '../../../../test/test-clock.ts';
import { ShellLost } from '../../snapshots/index.ts';
import { connect, type SshConnection } from './connection.ts';
import { probe } from './probe.ts';
import {
  deps,
  enter,
  freePort,
  listen,
  never,
  openWire,
  pass,
  places,
  say,
  type OpenPlace,
} from './ssh-test-kit.ts';
import { SshError } from './target.ts';

/** Resolves with the first line for which it is true. */
const watchLines = () => {
  const seen: string[] = [];
  const { promise: first, resolve } = Promise.withResolvers<string>();
  return {
    seen,
    first,
    onLine: (line: string): void => {
      seen.push(line);
      resolve(line);
    },
  };
};

for (const place of places) {
  const skip = place.obstacle === undefined ? {} : { skip: `${place.name}: ${place.obstacle}` };
  if (place.obstacle !== undefined) console.warn(`SKIPPED: SSH into ${place.name}: ${place.obstacle}`);

  describe(`SSH into ${place.name}`, skip, () => {
    let machine: OpenPlace;
    let connection: SshConnection;
    before(async () => {
      machine = await place.open();
      connection = await enter(machine.target);
    });
    after(async () => {
      await connection[Symbol.asyncDispose]();
      await machine[Symbol.asyncDispose]();
    });

    test('a probe tells the key that the machine shows, and then knows it again', async () => {
      const first = await probe(
        { ...machine.target, hostKey: undefined },
        { ...deps, timeoutMs: 20_000 },
        never,
      );
      assert.match(first.hostKey, /^ssh-ed25519 AAAA/);
      assert.deepEqual(first.address, machine.target.addresses[0]);
      const print = createHash('sha256')
        .update(Buffer.from(first.hostKey.split(' ')[1] ?? '', 'base64'))
        .digest('base64')
        .replace('=', '');
      for (const hostKey of [first.hostKey, `${first.hostKey} a comment`, `SHA256:${print}`])
        await probe({ ...machine.target, hostKey }, { ...deps, timeoutMs: 20_000 }, never);
    });

    test('a broken connection is lost to the program and to all who use it', async () => {
      await using wire = await openWire(machine.target);
      await using cut = await enter(wire.target);
      const { first, onLine } = watchLines();
      const running = cut.run(['sh', '-c', 'echo $$; exec sleep 1000'], {
        onStdout: onLine,
        signal: never,
        timeoutSeconds: 600,
      });
      const pid = await first;
      wire.cut();
      await assert.rejects(running, ShellLost);
      await cut.closed;
      await assert.rejects(say(cut, 'echo'), ShellLost);
      await assert.rejects(cut.putFile('/tmp/never', Buffer.from('a'), 0o600), ShellLost);
      await assert.rejects(cut.forwardOut({ host: '127.0.0.1', port: 1 }), SshError);
      await assert.rejects(
        cut.openTerminal({ columns: 80, rows: 24, term: 'xterm' }),
        (error) => error instanceof SshError && error.failure === 'closed',
      );
      await say(connection, 'kill "$1"', pid);
    });

    test('a machine of which nothing is heard any more is lost', async () => {
      const clock = createTestClock();
      await using wire = await openWire(machine.target);
      await using frozen = await connect(wire.target, { ...deps, clock, timeoutMs: 20_000 }, never);
      const { first, onLine } = watchLines();
      const lost = assert.rejects(
        frozen.run(['sh', '-c', 'echo $$; exec sleep 1000'], {
          onStdout: onLine,
          signal: never,
          timeoutSeconds: 600,
        }),
        ShellLost,
      );
      const pid = await first;
      wire.freeze();
      for (let count = 0; count < 10; count += 1) await pass(clock, 5000);
      await lost;
      await frozen.closed;
      await say(connection, 'kill "$1"', pid);
    });

    test('a program that is being ended ends also when the connection breaks meanwhile', async () => {
      await using wire = await openWire(machine.target);
      await using cut = await enter(wire.target);
      const abort = new AbortController();
      const { promise: ready, resolve: onReady } = Promise.withResolvers<string>();
      const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>();
      const running = cut.run(
        ['sh', '-c', 'trap "echo asked" INT; trap "" TERM; echo $$; while :; do sleep 0.1; done'],
        {
          onStdout: (line) => (line === 'asked' ? onAsked() : onReady(line)),
          signal: abort.signal,
          timeoutSeconds: 600,
        },
      );
      const lost = assert.rejects(running, ShellLost);
      const pid = await ready;
      abort.abort();
      await asked;
      wire.cut();
      await lost;
      await say(connection, 'while kill -0 "$1" 2>/dev/null; do sleep 0.05; done', pid);
    });

    test('the one address of several that lets us in wins', async () => {
      await using silent = await listen(() => undefined);
      const wrong = [silent.port, await freePort()].map((port) => ({ host: '127.0.0.1', port }));
      await using found = await enter({
        ...machine.target,
        addresses: [...wrong, ...machine.target.addresses],
      });
      assert.deepEqual(found.address, machine.target.addresses[0]);
      assert.equal(await say(found, 'echo here'), 'here');
      // The others are given up at once.
      for (const socket of silent.sockets) await once(socket.resume(), 'close');
    });

    test('a terminal is one: it has a size that follows, and ends with its shell', async () => {
      const terminal = await connection.openTerminal({ columns: 90, rows: 33, term: 'xterm-256color' });
      let text = '';
      const waiting = new Set<() => void>();
      terminal.readable.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        for (const look of waiting) look();
      });
      const until = (pattern: RegExp): Promise<void> =>
        new Promise((resolve) => {
          const look = (): void => {
            if (!pattern.test(text)) return;
            waiting.delete(look);
            resolve();
          };
          waiting.add(look);
          look();
        });
      await terminal.write('echo "$TERM <$(stty size)>"\n');
      await until(/xterm-256color <33 90>/);
      terminal.resize(120, 40);
      if (place === places[1]) {
        await terminal.write('echo "<$(stty size)>"\n');
        await until(/<40 120>/);
      }
      await terminal.write('exit 3\n');
      assert.equal((await terminal.exited)?.code, 3);

      const command = await connection.openTerminal({
        columns: 80,
        rows: 24,
        term: 'xterm',
        command: ['sh', '-c', 'tty; echo "$1"', 'sh', "it's"],
      });
      let shown = '';
      command.readable.on('data', (chunk: Buffer) => (shown += chunk.toString()));
      assert.equal((await command.exited)?.code, 0);
      assert.match(shown, /^\/dev\/pts\/\d+\r\nit's\r\n$/);
    });

    test('a terminal that is closed hangs up, and one too many is refused', async () => {
      const command = ['sh', '-c', 'echo $$; exec sleep 1000'] as const;
      const options = { columns: 80, rows: 24, term: 'xterm', command } as const;
      const open = await Promise.all([1, 2, 3].map(() => connection.openTerminal(options)));
      const shown = await Promise.all(open.map(({ readable }) => once(readable, 'data')));
      await assert.rejects(
        connection.openTerminal(options),
        (error) => error instanceof SshError && error.failure === 'refused',
      );
      for (const terminal of open) terminal.close();
      await Promise.all(open.map(({ exited }) => exited));
      // A machine may tell its programs a moment later.
      await say(
        connection,
        'for p; do while grep -sq "^State:[[:space:]]*[^Z]" /proc/$p/status; do sleep 0.05; done; done',
        ...shown.map((data) => String(data).trim()),
      );
      const again = await connection.openTerminal(options);
      await once(again.readable, 'data');
      again.close();
      await again.exited;
    });

    test('a program in the machine reaches this side by a port of the machine, until it is taken back', async () => {
      const server = createServer((request, response) => response.end(`you asked for ${request.url}`));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const ask =
        'exec 3<>/dev/tcp/127.0.0.1/$1 && printf "GET /x HTTP/1.0\\r\\n\\r\\n" >&3 && tail -n 1 <&3 || echo closed';
      const forward = await connection.forwardIn({ host: '127.0.0.1', port });
      const askIt = () => say(connection, 'bash -c "$1" bash "$2" 2>/dev/null', ask, `${forward.port}`);
      assert.equal(await askIt(), 'you asked for /x');
      await forward[Symbol.asyncDispose]();
      assert.equal(await askIt(), 'closed');
      // Nobody answers here: the machine's program is told so.
      server.close();
      await using dead = await connection.forwardIn({ host: '127.0.0.1', port });
      assert.match(
        await say(connection, 'bash -c "$1" bash "$2" 2>/dev/null', ask, `${dead.port}`),
        /^(closed)?$/,
      );
      await using chosen = await connection.forwardIn({ host: '127.0.0.1', port }, await freePort());
      await assert.rejects(
        connection.forwardIn({ host: '127.0.0.1', port }, chosen.port),
        (error) => error instanceof SshError && error.failure === 'refused',
      );
    });

    test('this side reaches a port of the machine', async () => {
      const server = createServer((_request, response) => response.end('a'.repeat(3_000_000)));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as { port: number };
      const stream = await connection.forwardOut({ host: '127.0.0.1', port });
      const [response] = (await once(get({ createConnection: () => stream }), 'response')) as [Readable];
      let sizeBytes = 0;
      for await (const chunk of response) sizeBytes += (chunk as Buffer).length;
      assert.equal(sizeBytes, 3_000_000);
      server.close();
      server.closeAllConnections();
      await assert.rejects(
        connection.forwardOut({ host: '127.0.0.1', port: await freePort() }),
        (error) => error instanceof SshError && error.failure === 'refused',
      );
    });
  });
}
