import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import type { SshConnection } from './connection.ts';
import { createMachineShell } from './shell.ts';
import { enter, never, places, say, type OpenPlace } from './ssh-test-kit.ts';

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

    /** Which of these processes are there. */
    const listAlive = (pids: readonly string[]): Promise<string> =>
      say(
        connection,
        'for p; do grep -sq "^State:[[:space:]]*[^Z]" /proc/$p/status && echo $p; done; true',
        ...pids,
      );

    test('arguments, environment and stdin arrive as they are', async () => {
      const odd = `it's "odd" $HOME \`id\` \\n \\ *\n two\n\nlines\n`;
      const out: string[] = [];
      const exit = await connection.run(
        ['sh', '-c', 'printf "%s|" "$@" "$ODD" "$OTHER"; cat', 'sh', odd, '', '-n', 'ünïcode'],
        {
          environment: { ODD: odd, OTHER: "'" },
          stdin: Readable.from(['first\n', Buffer.from('second')]),
          onStdout: (line) => out.push(line),
          signal: never,
          timeoutSeconds: 60,
        },
      );
      assert.deepEqual(exit, { code: 0, signal: null });
      assert.equal(out.join('\n'), `${odd}||-n|ünïcode|${odd}|'|first\nsecond`);
    });

    test('nobody in the machine sees the environment of a program in its command line', async () => {
      const out: string[] = [];
      await connection.run(['sh', '-c', 'cat /proc/[0-9]*/cmdline | tr "\\0" "\\n"; echo "[$PASSWORD]"'], {
        environment: { PASSWORD: 'correct horse' },
        onStdout: (line) => out.push(line),
        signal: never,
        timeoutSeconds: 60,
      });
      assert.equal(out.at(-1), '[correct horse]');
      assert.ok(out.some((line) => line.includes('dumont_line')));
      assert.deepEqual(
        out.slice(0, -1).filter((line) => line.includes('correct horse')),
        [],
      );
    });

    test('a program tells how it ended', async () => {
      const end = (script: string) =>
        connection.run(['sh', '-c', script], { signal: never, timeoutSeconds: 60 });
      assert.deepEqual(await end('exit 3'), { code: 3, signal: null });
      assert.deepEqual(await end('exit 130'), { code: 130, signal: null });
      assert.deepEqual(await end('kill -KILL $$'), { code: null, signal: 'SIGKILL' });
      assert.deepEqual(await end('kill -SEGV $$'), { code: null, signal: 'SIGSEGV' });
      const said: string[] = [];
      const missing = await connection.run(['no-such-program'], {
        onStderr: (line) => said.push(line),
        signal: never,
        timeoutSeconds: 60,
      });
      assert.equal(missing.code, 127);
      assert.match(said.join(), /no-such-program.*not found/);
    });

    test('stdout and stderr come by whole lines, the last one without its end, and nothing of the log-in', async () => {
      await say(
        connection,
        'cp ~/.bashrc ~/.bashrc.kept 2>/dev/null; echo "echo welcome; echo hello >&2" >> ~/.bashrc',
      );
      const out: string[] = [];
      const err: string[] = [];
      try {
        await connection.run(['bash', '-c', 'printf "one\\ntwo\\n\\nthree"; printf "four\\nfive" >&2'], {
          onStdout: (line) => out.push(line),
          onStderr: (line) => err.push(line),
          signal: never,
          timeoutSeconds: 60,
        });
      } finally {
        await say(connection, 'rm ~/.bashrc; mv ~/.bashrc.kept ~/.bashrc 2>/dev/null');
      }
      assert.deepEqual(
        [out, err],
        [
          ['one', 'two', '', 'three'],
          ['four', 'five'],
        ],
      );
    });

    test('a line without an end does not fill the memory, and the end is still seen', async () => {
      const out: string[] = [];
      const exit = await connection.run(['sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" x; exit 4'], {
        onStdout: (line) => out.push(line),
        signal: never,
        timeoutSeconds: 60,
      });
      assert.equal(exit.code, 4);
      assert.deepEqual(
        out.map((line) => line.length),
        [1024 * 1024],
      );
    });

    test('a program that leaves something behind in the background is over when it is over', async () => {
      // More often than a connection has places.
      for (let count = 0; count < 12; count += 1) {
        const out: string[] = [];
        const exit = await connection.run(['sh', '-c', 'sleep 1000 & echo $!; exit 5'], {
          onStdout: (line) => out.push(line),
          signal: never,
          timeoutSeconds: 60,
        });
        assert.equal(exit.code, 5);
        assert.equal(await listAlive(out), out[0]);
        await say(connection, 'kill "$1"', ...out);
      }
    });

    test('a program that reads nothing of a long stdin ends all the same', async () => {
      const exit = await connection.run(['true'], {
        stdin: Readable.from([Buffer.alloc(20_000_000)]),
        signal: never,
        timeoutSeconds: 60,
      });
      assert.equal(exit.code, 0);
    });

    test('an aborted program is asked with INT before all else', async () => {
      const abort = new AbortController();
      const { seen, first, onLine } = watchLines();
      const running = connection.run(
        ['sh', '-c', 'trap "echo tidied; exit 9" INT; echo ready; while :; do sleep 0.1; done'],
        { onStdout: onLine, signal: abort.signal, timeoutSeconds: 600 },
      );
      await first;
      abort.abort();
      assert.deepEqual(await running, { code: 9, signal: null });
      assert.deepEqual(seen, ['ready', 'tidied']);
    });

    test('an aborted program leaves nothing behind: no child that ignores INT and TERM, none in another group', async () => {
      const abort = new AbortController();
      const pids: string[] = [];
      const { promise: all, resolve } = Promise.withResolvers<void>();
      const running = connection.run(
        [
          'bash',
          '-c',
          'set -m; trap "" TERM; sh -c "trap \\"\\" INT TERM; echo \\$\\$; exec sleep 1000" & echo $$; wait; sleep 1000',
        ],
        {
          onStdout: (line) => {
            pids.push(line);
            if (pids.length === 2) resolve();
          },
          signal: abort.signal,
          timeoutSeconds: 600,
        },
      );
      await all;
      assert.notEqual(await listAlive(pids), '');
      abort.abort();
      await running;
      assert.equal(await listAlive(pids), '');
    });

    test('a program has as long as it is given', async () => {
      const exit = await connection.run(['sleep', '1000'], { signal: never, timeoutSeconds: 0.2 });
      assert.notEqual(exit.code, 0);
    });

    test('what is aborted before it starts never starts', async () => {
      const file = `${machine.folder}/never`;
      const exit = await connection.run(['touch', file], {
        signal: AbortSignal.abort(),
        timeoutSeconds: 60,
      });
      assert.equal(exit.code, null);
      assert.equal(await say(connection, 'ls "$1" 2>&1 | grep -c "No such"', file), '1');
    });

    test('more programs than a connection allows wait for their turn, and all can be ended at once', async () => {
      const abort = new AbortController();
      let started = 0;
      const { promise: sixRun, resolve } = Promise.withResolvers<void>();
      const exits = Array.from({ length: 14 }, () =>
        connection.run(['sh', '-c', 'echo; exec sleep 1000'], {
          onStdout: () => {
            started += 1;
            if (started === 6) resolve();
          },
          signal: abort.signal,
          timeoutSeconds: 600,
        }),
      );
      await sixRun;
      abort.abort();
      assert.ok((await Promise.all(exits)).every(({ code }) => code !== 0));
      assert.equal(started, 6);
      assert.deepEqual(
        await Promise.all(Array.from({ length: 14 }, (_, index) => say(connection, 'echo "$1"', `${index}`))),
        Array.from({ length: 14 }, (_, index) => `${index}`),
      );
    });

    test('half of its input does not look like the whole to a program', async () => {
      const input = Readable.from(
        (async function* () {
          yield 'half';
          await Promise.resolve();
          throw new Error('the source broke');
        })(),
      );
      const out: string[] = [];
      await assert.rejects(
        connection.run(['sh', '-c', 'cat; echo whole'], {
          stdin: input,
          onStdout: (line) => out.push(line),
          signal: never,
          timeoutSeconds: 60,
        }),
        /the source broke/,
      );
      assert.ok(!out.join().includes('whole'));
    });

    test('a file is put whole, with its mode, over an older one; a broken source leaves the older one', async () => {
      const shell = createMachineShell(connection, '/opt/dumont');
      const folder = "/tmp/dumont it's here";
      const path = `${folder}/a file`;
      const content = randomBytes(12_000_000);
      await shell.putFile(path, Buffer.from('older'), 0o644);
      await shell.putFile(path, Readable.from([content.subarray(0, 5), content.subarray(5)]), 0o750);
      const hash = createHash('sha256').update(content).digest('hex');
      const list = 'cd "$1"; stat -c %a *; cat * | sha256sum; ls -A | wc -l';
      assert.equal(await say(connection, list, folder), `750\n${hash}  -\n1`);
      const broken = Readable.from(
        (async function* () {
          yield content;
          await Promise.resolve();
          throw new Error('the source broke');
        })(),
      );
      await assert.rejects(shell.putFile(path, broken, 0o600), /the source broke/);
      assert.equal(await say(connection, list, folder), `750\n${hash}  -\n1`);
      await assert.rejects(shell.putFile(folder, Buffer.from('a'), 0o600), /is a folder/);
      await say(connection, 'rm -r "$1"', folder);
    });
  });
}
