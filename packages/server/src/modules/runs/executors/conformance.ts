import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { LaunchRefused, type ByteSource, type Execution, type Executor, type Launch } from './executor.ts';

/** A place to run in, seen by one server and, after its death, by the next. */
export interface ConformanceSubject extends AsyncDisposable {
  readonly executor: Executor;
  /** An executor of the same place that has seen none of its attempts. */
  successor(): Promise<Executor>;
}

export interface ConformanceTraits {
  /** Daemons that left session, environment and output behind are ended too. */
  readonly endsDaemons: boolean;
}

/** What every executor promises, whatever it runs on. */
export const executorConformance = (
  name: string,
  makeSubject: () => Promise<ConformanceSubject>,
  traits: ConformanceTraits = { endsDaemons: true },
): void => {
  describe(`executor ${name}`, { timeout: 60_000 }, () => {
    let subject: ConformanceSubject;
    let executor: Executor;
    before(async () => {
      subject = await makeSubject();
      executor = subject.executor;
    });
    after(() => subject[Symbol.asyncDispose]());

    let count = 0;
    const launch = (command: Launch['command'], more: Partial<Launch> = {}): Launch => {
      count += 1;
      const defaults = { attempt: 1, environment: {}, files: [], mounts: [], limits: {} };
      return { runId: `conformance-${count}`, ...defaults, command, ...more };
    };
    const shell = (script: string, more: Partial<Launch> = {}): Launch => launch(['sh', '-c', script], more);
    const finish = async (asked: Launch) => {
      const execution = await executor.start(asked);
      const exit = await execution.exited;
      return {
        exit,
        stdout: await textOf(execution.stdout),
        stderr: await textOf(execution.stderr),
        execution,
      };
    };

    test('both outputs arrive whole and apart, and the exit code with them', async () => {
      const { exit, stdout, stderr } = await finish(shell('echo one; echo two >&2; printf three; exit 7'));
      assert.deepEqual(exit, { code: 7, signal: null });
      assert.equal(stdout, 'one\nthree');
      assert.equal(stderr, 'two\n');
    });

    test('arguments and environment arrive as given, byte for byte', async () => {
      const texts = [
        '',
        'a b',
        "it's",
        '"$HOME" `id` $(id)',
        'line\nline\n',
        'ação €',
        '*',
        '-n',
        '\\',
        ';exit 9',
      ];
      const script = 'printf "%s|" "$@" "$A" "$B"';
      const { stdout } = await finish(
        launch(['sh', '-c', script, 'sh', ...texts], { environment: { A: 'it\'s\n"$A"\n', B: '' } }),
      );
      assert.equal(stdout, [...texts, 'it\'s\n"$A"\n', '', ''].join('|'));
    });

    test('the environment holds what was declared and nothing of the server', async () => {
      const { stdout } = await finish(shell('env', { environment: { ASKED: 'yes' } }));
      const names = stdout
        .split('\n')
        .map((line) => line.split('=')[0] ?? '')
        .filter((line) => line !== '' && !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(line));
      const own = ['DUMONT_ATTEMPT', 'DUMONT_OUTPUT', 'DUMONT_RUN', 'DUMONT_WORK'];
      assert.deepEqual(names.toSorted(), ['ASKED', ...own, 'HOME', 'LANG', 'PATH', 'TMPDIR', 'TZ']);
    });

    test('the program starts in its work folder, finds its files there, and can write where it is told', async () => {
      const { stdout, stderr } = await finish(
        shell(
          `[ "$(pwd -P)" = "$(cd "$DUMONT_WORK" && pwd -P)" ] && echo there
           cat config.json; stat -c %a config.json
           for folder in . "$DUMONT_OUTPUT" "$HOME" "$TMPDIR"; do : > "$folder/mine" && echo wrote; done`,
          { files: [{ name: 'config.json', content: '{"password":"x"}\n' }] },
        ),
      );
      assert.equal(stderr, '');
      assert.equal(stdout, 'there\n{"password":"x"}\n600\nwrote\nwrote\nwrote\nwrote\n');
    });

    test('a program that reads its input finds the end at once', async () => {
      const { exit, stdout } = await finish(shell('cat; echo done'));
      assert.deepEqual(exit, { code: 0, signal: null });
      assert.equal(stdout, 'done\n');
    });

    test('an unknown command ends with 127 and says so on stderr', async () => {
      for (const more of [{}, { environment: { A: 'b' } }]) {
        const { exit, stderr } = await finish(launch(['no-such-program', 'x'], more));
        assert.deepEqual(exit, { code: 127, signal: null });
        assert.match(stderr, /no-such-program/);
      }
    });

    test('a file that cannot be executed ends with 126 and says so on stderr', async () => {
      for (const more of [{}, { environment: { A: 'b' } }]) {
        const files = [{ name: 'data.txt', content: 'no program' }];
        const { exit, stderr } = await finish(launch(['./data.txt'], { files, ...more }));
        assert.deepEqual(exit, { code: 126, signal: null });
        assert.match(stderr, /data\.txt/);
      }
    });

    test('a crash is told as its signal', async () => {
      const { exit } = await finish(shell('kill -SEGV $$'));
      assert.deepEqual(exit, { code: null, signal: 'SIGSEGV' });
    });

    test('output can be followed while it grows, and taken up again at any byte', async () => {
      const asked = shell('echo first; sleep 600');
      const execution = await executor.start(asked);
      await execution.stdout.grown(0, AbortSignal.timeout(10_000));
      assert.equal(await textOf(execution.stdout), 'first\n');
      assert.equal(await textOf(execution.stdout, 6), '');
      const aborted = new AbortController();
      const quiet = execution.stdout.grown(6, aborted.signal);
      aborted.abort();
      await quiet;
      await executor.end(asked);
      await execution.exited;
      assert.equal(await textOf(execution.stdout, 2), 'rst\n');
    });

    test('no byte of a flood is lost', async () => {
      const lines = 200_000;
      const { stdout } = await finish(shell(`seq 1 ${lines}`));
      assert.equal(stdout, Array.from({ length: lines }, (_, at) => `${at + 1}\n`).join(''));
    });

    test('TERM reaches every process and is theirs to answer', async () => {
      const script = `
        sh -c 'trap "echo child; exit 0" TERM; echo ready; while :; do sleep 0.02; done' &
        trap 'wait; echo parent; exit 3' TERM
        echo ready
        while :; do sleep 0.02; done`;
      const execution = await executor.start(shell(script));
      await untilText(execution.stdout, /ready\nready\n/);
      await execution.signal('TERM');
      assert.deepEqual(await execution.exited, { code: 3, signal: null });
      assert.equal(await textOf(execution.stdout), 'ready\nready\nchild\nparent\n');
    });

    test('a program that ends by TERM in its own way has its own exit code', async () => {
      // Again and again, because what could hide the code is a matter of a moment.
      for (let time = 0; time < 5; time += 1) {
        const execution = await executor.start(shell(`trap 'exit 4' TERM; echo ready; ${heartbeat}`));
        await untilText(execution.stdout, /ready/);
        await execution.signal('TERM');
        assert.deepEqual(await execution.exited, { code: 4, signal: null });
      }
    });

    test('TERM right after the start ends a program that does not handle it', async () => {
      const execution = await executor.start(shell('sleep 600'));
      await execution.signal('TERM');
      assert.deepEqual(await execution.exited, { code: null, signal: 'SIGTERM' });
    });

    test('KILL ends a program that ignores TERM', async () => {
      const execution = await executor.start(shell(`trap '' TERM; echo ready; ${heartbeat}`));
      await untilText(execution.stdout, /ready/);
      await execution.signal('TERM');
      const before = (await textOf(execution.stdout)).length;
      await execution.stdout.grown(before, AbortSignal.timeout(10_000));
      await execution.signal('KILL');
      assert.deepEqual(await execution.exited, { code: null, signal: 'SIGKILL' });
      await execution.signal('TERM');
      await execution.signal('KILL');
      await assertQuiet(execution);
    });

    const daemons = traits.endsDaemons
      ? `setsid sh -c '${heartbeat}' & setsid env -i PATH=/usr/bin:/bin sh -c '${heartbeat}' & `
      : `setsid sh -c '${heartbeat}' & `;
    const quietDaemon = `setsid env -i PATH=/usr/bin:/bin sh -c 'exec >/dev/null 2>&1; while :; do
      echo . >> "$0"; sleep 0.02; done' "$DUMONT_OUTPUT/beat" & `;

    test('nothing that the first process left behind outlives it', async () => {
      const script = `${daemons} while ! [ -e "$DUMONT_OUTPUT/beat" ]; do sleep 0.02; done; echo end; exit 4`;
      const { exit, stdout, execution } = await finish(
        shell(traits.endsDaemons ? quietDaemon + script : `: > "$DUMONT_OUTPUT/beat"; ${script}`),
      );
      assert.deepEqual(exit, { code: 4, signal: null });
      assert.match(stdout, /end/);
      await assertQuiet(execution);
    });

    test('a server that never saw the attempt ends it, daemons and all, and may do so again', async () => {
      const asked = shell(`${traits.endsDaemons ? quietDaemon : ''}${daemons} echo ready; ${heartbeat}`);
      const execution = await executor.start(asked);
      await untilText(execution.stdout, /ready/);
      await using successor = await subject.successor();
      await successor.end(asked);
      await successor.end(asked);
      assert.deepEqual(await execution.exited, { code: null, signal: 'SIGKILL' });
      await assertQuiet(execution);
    });

    test('ending what has ended, or never was, is no error', async () => {
      const asked = shell('true');
      await finish(asked);
      await executor.end(asked);
      await executor.end({ runId: 'never-started', attempt: 3 });
    });

    test('what an attempt left can be read on by a server that never saw it', async () => {
      const asked = shell('printf "one\\ntwo\\n"; echo three >&2; echo data > "$DUMONT_OUTPUT/result.txt"');
      await finish(asked);
      await using successor = await subject.successor();
      const left = await successor.leftovers(asked);
      assert.ok(left);
      assert.equal(await textOf(left.stdout, 4), 'two\n');
      assert.equal(await textOf(left.stderr), 'three\n');
      const [file] = await left.listArtifacts();
      assert.ok(file);
      assert.equal((await buffer(file.open())).toString(), 'data\n');
    });

    test('a discarded attempt leaves nothing, even where it closed its own folders', async () => {
      const asked = shell(
        'mkdir -p "$DUMONT_OUTPUT/a/b"; : > "$DUMONT_OUTPUT/a/b/c"; chmod 000 "$DUMONT_OUTPUT/a"',
      );
      await finish(asked);
      const isKept = async (): Promise<boolean> =>
        (await executor.listKept()).some(({ runId }) => runId === asked.runId);
      assert.equal(await isKept(), true);
      await executor.discard(asked);
      assert.equal(await executor.leftovers(asked), undefined);
      assert.equal(await isKept(), false);
      await executor.discard(asked);
    });

    test('an attempt is started once', async () => {
      const asked = shell('echo once');
      await finish(asked);
      await assert.rejects(executor.start(asked));
      assert.equal(await textOf((await executor.leftovers(asked))?.stdout), 'once\n');
      const again = await finish({ ...asked, attempt: 2 });
      assert.equal(again.stdout, 'once\n');
    });

    test('artifacts are the regular files below the output folder, and nothing that a link points to', async () => {
      const { execution, stderr } = await finish(
        shell(`cd "$DUMONT_OUTPUT"
          mkdir -p reports/daily empty
          printf 12345 > reports/daily/a.csv; printf x > 'name with "quotes"'; : > void
          printf bad > "$(printf 'latin-\\351')"
          echo secret > "$DUMONT_WORK/secret"; ln -s "$DUMONT_WORK/secret" link; ln -s "$DUMONT_WORK" folder
          ln -s /etc/passwd passwd; ln -s nowhere dangling; mkfifo fifo`),
      );
      assert.equal(stderr, '');
      const files = await execution.listArtifacts();
      assert.deepEqual(
        files.map(({ name, sizeBytes }) => [name, sizeBytes]),
        [
          ['latin-\ufffd', 3],
          ['name with "quotes"', 1],
          ['reports/daily/a.csv', 5],
          ['void', 0],
        ],
      );
      const contents = await Promise.all(files.map(async (file) => (await buffer(file.open())).toString()));
      assert.deepEqual(contents, ['bad', 'x', '12345', '']);
    });

    test('ten thousand artifacts are listed', async () => {
      const { execution } = await finish(
        shell('cd "$DUMONT_OUTPUT" && seq -f "%05g.txt" 1 10000 | xargs touch'),
      );
      const files = await execution.listArtifacts();
      assert.equal(files.length, 10_000);
      assert.equal(files.at(-1)?.name, '10000.txt');
    });

    test('a program that writes more into one file than it may is ended', async () => {
      const limits = { fileSizeBytes: 1_048_576 };
      const { exit, execution } = await finish(shell('exec yes > "$DUMONT_OUTPUT/big"', { limits }));
      assert.deepEqual(exit, { code: null, signal: 'SIGXFSZ' });
      assert.equal((await execution.listArtifacts())[0]?.sizeBytes, limits.fileSizeBytes);
    });

    test('a launch that no system can execute is refused with its reason', async () => {
      const refused: [Launch, RegExp][] = [
        [launch(['a\0b']), /program holds a NUL/],
        [launch(['sh', 'a\0b']), /Argument 1 holds a NUL/],
        [shell('true', { environment: { A: 'a\0b' } }), /variable A holds a NUL/],
        [shell('true', { environment: { 'A=B': 'c' } }), /A=B.* cannot be the name/],
        [shell('true', { environment: { DUMONT_RUN: 'other' } }), /DUMONT_RUN is set by the executor/],
        [launch(['sh', '\ud800']), /not valid Unicode/],
        [launch(['sh', 'x'.repeat(200_000)]), /longer than/],
        [launch(['sh', ...Array.from({ length: 100 }, () => 'x'.repeat(100_000))]), /longer than/],
        [launch(['']), /no program/],
        [shell('true', { files: [{ name: '../escape', content: '' }] }), /cannot be the name of a file/],
        [shell('true', { runId: '../escape' }), /cannot name a folder/],
      ];
      for (const [asked, reason] of refused) {
        await assert.rejects(executor.start(asked), (error: unknown) => {
          assert.ok(error instanceof LaunchRefused, String(error));
          assert.match(error.message, reason);
          return true;
        });
      }
    });

    test('runs at the same time do not meet', async () => {
      const results = await Promise.all(
        Array.from({ length: 12 }, (_, at) => finish(shell(`echo ${at} > mine; sleep 0.05; cat mine`))),
      );
      assert.deepEqual(
        results.map(({ stdout }) => stdout),
        results.map((_, at) => `${at}\n`),
      );
    });
  });
};

/** Shows that a process still works: it writes to its stdout, fifty times a second. */
const heartbeat = 'while :; do echo .; sleep 0.02; done';

const textOf = async (source: ByteSource | undefined, from = 0): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for (let offset = from; source !== undefined;) {
    const bytes = await source.read(offset, 1_000_000);
    if (bytes.length === 0) break;
    chunks.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat(chunks).toString();
};

const untilText = async (source: ByteSource, pattern: RegExp): Promise<void> => {
  const patience = AbortSignal.timeout(20_000);
  for (let text = ''; !pattern.test(text); text = await textOf(source)) {
    assert.ok(!patience.aborted, `never saw ${String(pattern)} in ${text}`);
    await source.grown(Buffer.byteLength(text), patience);
  }
};

/** Nothing can be awaited that does not happen: five beats without a byte are the proof. */
const assertQuiet = async (execution: Execution): Promise<void> => {
  const sizes = async () => [
    (await textOf(execution.stdout)).length,
    (await execution.listArtifacts()).map(({ name, sizeBytes }) => [name, sizeBytes]),
  ];
  const then = await sizes();
  await wait(100);
  assert.deepEqual(await sizes(), then, 'a process of the attempt still writes');
};
