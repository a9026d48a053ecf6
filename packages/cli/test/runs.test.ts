import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Home, startTestServer, type TestServer } from './server.ts';

interface Run {
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly params: { readonly command: string[] };
}

let server: TestServer;
let home: Home;
before(async () => {
  server = await startTestServer();
  home = await server.signIn();
});
after(() => server[Symbol.asyncDispose]());

const shell = (script: string, ...options: string[]): string[] => [
  'run',
  'start',
  '--command',
  ...options,
  '--',
  'sh',
  '-c',
  script,
];
const finished = async (script: string): Promise<Run> => {
  const { stdout } = await home.dumont(shell(script, '--wait', '--json'));
  return JSON.parse(stdout) as Run;
};

test('a run that is waited for gives its end to the shell', async () => {
  const good = await home.dumont(shell('exit 0', '--wait'));
  assert.match(good.stdout, /^Run \d+ \(sh\) succeeded after \d+ m?s\n$/);
  assert.equal(good.exitCode, 0);
  const bad = await home.dumont(shell('exit 3', '--wait'));
  assert.match(bad.stdout, /failed after .*\(exit_3\)/);
  assert.equal(bad.exitCode, 1);
});

test('a run that is started and left answers at once, with the way to its log', async () => {
  const started = await home.dumont(shell('sleep 30'));
  assert.equal(started.exitCode, 0);
  const number = /^Run (\d+) \(sh\) is queued\.\n$/.exec(started.stdout)?.[1] ?? '';
  assert.match(started.stderr, new RegExp(`dumont run logs ${number} -f`));
  const cancelled = await home.dumont(['run', 'cancel', number, '--wait']);
  assert.match(cancelled.stdout, /cancelled/);
  assert.equal(cancelled.exitCode, 0);
  const done = await finished('exit 0');
  const late = await home.dumont(['run', 'cancel', String(done.number)]);
  assert.match(late.stderr, /ended already/);
  assert.equal(late.exitCode, 1);
});

test('a followed run shows every line once, in order, and then its end', async () => {
  const script = 'i=1; while [ $i -le 2000 ]; do echo "line $i"; i=$((i+1)); done; exit 1';
  const { stdout, exitCode } = await home.dumont(shell(script, '--follow'));
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines.pop() ?? '', /failed/);
  assert.deepEqual(
    lines.map((line) => line.replace(/^\d\d:\d\d:\d\d INFO {4}/, '')),
    Array.from({ length: 2000 }, (_, index) => `line ${index + 1}`),
  );
  assert.equal(exitCode, 1);
});

test('with --json a followed run is lines of JSON, the run last', async () => {
  const { stdout } = await home.dumont(shell('echo "[WARN] [CVM] careful"', '--follow', '--json'));
  const [line, run] = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as Record<string, unknown>);
  assert.deepEqual([line?.['level'], line?.['system'], line?.['message']], ['WARN', 'CVM', 'careful']);
  assert.equal(run?.['state'], 'succeeded');
});

test('Ctrl-C leaves a followed run running and says how to come back', async () => {
  const interrupt = new AbortController();
  const { exitCode, stderr } = await home.dumont(shell('echo started; sleep 30', '--follow'), {
    interrupted: interrupt.signal,
    onOutput: (stdout) => {
      if (stdout.includes('started')) interrupt.abort();
    },
  });
  assert.equal(exitCode, 130);
  const number =
    /run (\d+) goes on\. Watch it again: dumont run logs \1 -f\. Cancel it: dumont run cancel \1/.exec(
      stderr,
    )?.[1];
  assert.ok(number !== undefined, stderr);
  assert.equal((await home.json<Run>('run', 'show', number)).state, 'running');
  await home.dumont(['run', 'cancel', number, '--wait']);
});

test('on a terminal a progress bar stands below the log and goes with the end', async () => {
  const script = 'echo "[PROGRESS] [CVM] 1/2 half way"; echo "[INFO] [CVM] hello"';
  const { stdout, stderr } = await home.dumont(shell(script, '--follow'), {
    terminal: 100,
    environment: { LANG: 'C.UTF-8' },
  });
  assert.ok(stderr.includes('█'), 'the bar');
  assert.ok(stderr.endsWith('\r\u001b[2K'), 'it is taken away');
  assert.match(stdout, /hello/);
  assert.match(stdout, /✓ succeeded/);
});

test('the log of a run is read whole, filtered, from a line on, or by its end', async () => {
  const run = await finished(
    'for i in 1 2 3 4 5; do echo "[INFO] [A] info $i"; echo "[ERROR] [B] error $i"; done',
  );
  const messages = async (...options: string[]): Promise<string[]> => {
    const { stdout } = await home.dumont(['run', 'logs', String(run.number), '--json', ...options]);
    return stdout
      .trimEnd()
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { message: string }).message);
  };
  assert.equal((await messages()).length, 10);
  assert.deepEqual(await messages('--level', 'error', '--tail', '2'), ['error 4', 'error 5']);
  assert.deepEqual(await messages('--system', 'A', '--after', '7'), ['info 5']);
  assert.deepEqual(await messages('--search', 'INFO 3'), ['info 3']);
  assert.deepEqual(await messages('--tail', '3'), ['error 4', 'info 5', 'error 5']);
  const none = await home.dumont(['run', 'logs', String(run.number), '--search', 'nowhere']);
  assert.equal(none.stdout, '');
  assert.match(none.stderr, /has no line like that/);
  assert.equal(none.exitCode, 0);
});

test('a filtered log is followed as well', async () => {
  const script = 'for i in 1 2 3; do echo "[INFO] [A] info $i"; echo "[ERROR] [A] error $i"; sleep 0.2; done';
  const started = JSON.parse((await home.dumont(shell(script, '--json'))).stdout) as Run;
  const { stdout, stderr, exitCode } = await home.dumont([
    'run',
    'logs',
    String(started.number),
    '-f',
    '-l',
    'error',
  ]);
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(-7)),
    ['error 1', 'error 2', 'error 3'],
  );
  assert.match(stderr, /succeeded/);
  assert.equal(exitCode, 0);
});

test('what a program prints cannot take over the terminal', async () => {
  const { stdout } = await home.dumont(
    shell(String.raw`printf '\033]0;owned\007\033[2Jhello\n'`, '--follow'),
    {
      terminal: 80,
    },
  );
  assert.match(stdout, /hello/);
  assert.ok(!stdout.includes('\u001b]0;') && !stdout.includes('\u001b[2J'));
});

test('a run is named by its number, its id, or as the last', async () => {
  const run = await finished('exit 0');
  for (const reference of [String(run.number), `#${run.number}`, run.id, 'last']) {
    assert.equal((await home.json<Run>('run', 'show', reference)).id, run.id);
  }
  for (const reference of ['999999', '019b0000-0000-7000-8000-000000000000']) {
    assert.equal((await home.dumont(['run', 'show', reference])).exitCode, 4);
  }
});

test('a run is repeated with parts of its parameters changed', async () => {
  const run = await finished('echo first');
  const again = await home.dumont([
    'run',
    'rerun',
    String(run.number),
    '--param',
    'command=["sh","-c","echo $WORD"]',
    '--param',
    'environment.WORD=second',
    '--follow',
  ]);
  assert.match(again.stdout, /second\n/);
  assert.equal(again.exitCode, 0);
});

test('the same idempotency key never starts two runs', async () => {
  const [one, two] = await Promise.all([
    home.dumont(shell('exit 0', '--key', 'the-same-key', '--json')),
    home.dumont(shell('exit 0', '--key', 'the-same-key', '--json')),
  ]);
  assert.equal((JSON.parse(one.stdout) as Run).id, (JSON.parse(two.stdout) as Run).id);
});

test('files that a run left are listed, downloaded with their folders, and never overwritten unasked', async () => {
  const run = await finished(
    'mkdir "$DUMONT_OUTPUT/sub"; echo a > "$DUMONT_OUTPUT/a.txt"; echo b > "$DUMONT_OUTPUT/sub/b.txt"',
  );
  const number = String(run.number);
  const listed = await home.json<{ name: string }[]>('run', 'artifacts', number);
  assert.deepEqual(listed.map(({ name }) => name).toSorted(), ['a.txt', 'sub/b.txt']);
  const workingFolder = join(home.folder, 'downloads');
  await mkdir(workingFolder);
  const download = (...argv: string[]) =>
    home.dumont(['run', 'artifacts', 'download', number, ...argv], { workingFolder });
  assert.equal((await download('--output', 'out')).exitCode, 0);
  assert.equal(await readFile(join(workingFolder, 'out/sub/b.txt'), 'utf8'), 'b\n');
  assert.deepEqual((await readdir(join(workingFolder, 'out'))).toSorted(), ['a.txt', 'sub']);
  const refused = await download('a.txt', '--output', 'out');
  assert.match(refused.stderr, /exists\. Say --force/);
  assert.equal(refused.exitCode, 1);
  assert.equal((await download('a.txt', '--output', 'out', '--force')).exitCode, 0);
  assert.equal((await download('a.txt', '--output', '-')).stdout, 'a\n');
  const unknown = await download('a.tx');
  assert.match(unknown.stderr, /no file "a\.tx" \(did you mean "a\.txt"\?\)/);
  assert.equal(unknown.exitCode, 4);
});

test('runs are listed newest first, by state, and no further than asked', async () => {
  await finished('exit 1');
  const failed = await home.json<Run[]>('run', 'list', '--state', 'failed,timed_out', '--limit', '1');
  assert.deepEqual(
    failed.map(({ state }) => state),
    ['failed'],
  );
  const table = await home.dumont(['run', 'list', '--limit', '2'], { terminal: 80 });
  assert.match(table.stdout, /STATE.*SUBJECT/);
  assert.match(table.stderr, /There are more/);
  const numbers = (await home.json<Run[]>('run', 'list', '--limit', '300')).map(({ number }) => number);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
});
