import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { findObstacle } from '@dumont/simulator/machines';
import type { ByteSource, Executor, Launch } from '../../src/modules/runs/executors/executor.ts';
import { openMachine } from './bed.ts';

const obstacle = await findObstacle();

let count = 0;
const shell = (script: string, more: Partial<Launch> = {}): Launch => {
  count += 1;
  const defaults = { environment: {}, files: [], mounts: [], limits: {} };
  return { runId: `test-${count}`, attempt: 1, ...defaults, command: ['sh', '-c', script], ...more };
};

const textOf = async (source: ByteSource | undefined): Promise<string> =>
  Buffer.from((await source?.read(0, 64_000_000)) ?? []).toString();

const untilText = async (source: ByteSource, pattern: RegExp): Promise<void> => {
  const patience = AbortSignal.timeout(60_000);
  for (let text = ''; !pattern.test(text); text = await textOf(source)) {
    assert.ok(!patience.aborted, `never saw ${String(pattern)} in ${text}`);
    await source.grown(Buffer.byteLength(text), patience);
  }
};

/** Numbers from 1 on, each in a line, none missing and none twice. */
const assertCounts = (text: string): void => {
  const lines = text.trimEnd().split('\n');
  assert.deepEqual(
    lines,
    lines.map((_, at) => String(at + 1)),
  );
};

describe('a run in a rented machine', { skip: obstacle ?? false }, () => {
  let machine: Awaited<ReturnType<typeof openMachine>>;
  let executor: Executor;
  before(async () => {
    machine = await openMachine();
    executor = machine.makeExecutor();
  });
  after(async () => {
    await executor[Symbol.asyncDispose]();
    await machine[Symbol.asyncDispose]();
  });

  it('goes on when the connection breaks, and costs no line of its log', async () => {
    const asked = shell(
      'for i in $(seq 1 400); do echo $i; sleep 0.002; done; echo x > "$DUMONT_OUTPUT/done"',
    );
    const execution = await executor.start(asked);
    await untilText(execution.stdout, /^3$/m);
    machine.cut();
    assert.deepEqual(await execution.exited, { code: 0, signal: null });
    assertCounts(await textOf(execution.stdout));
    machine.cut();
    const [file] = await execution.listArtifacts();
    assert.equal(file && (await buffer(file.open())).toString(), 'x\n');
  });

  it('shows its environment and files in no list of processes', async () => {
    const secret = 'hunter2-in-no-list';
    const asked = shell('echo ready; sleep 600', {
      environment: { TOKEN: secret },
      files: [{ name: 'config.json', content: secret }],
    });
    const execution = await executor.start(asked);
    await untilText(execution.stdout, /ready/);
    const lists = await machine.say(
      `cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c hunter2-in-no-lis[t]; true`,
    );
    assert.equal(lists, '0');
    await executor.end(asked);
    await execution.exited;
    const modes = await machine.say(
      `stat -c %a /opt/dumont/runs/${asked.runId}.1 /opt/dumont/runs/${asked.runId}.1/begin`,
    );
    assert.equal(modes, '700\n600');
  });

  it('works on when the server is killed, and the next one reads what it wrote and ends it', async () => {
    const asked = shell('i=0; while :; do i=$((i+1)); echo $i; sleep 0.005; done');
    const server = spawn(process.execPath, [join(import.meta.dirname, 'server-killed.fixture.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    server.stdin.end(JSON.stringify({ target: machine.target, launch: asked }));
    await once(server.stdout, 'data');
    server.kill('SIGKILL');
    await once(server, 'exit');
    machine.held.set(`${asked.runId}.1`, asked);

    await using second = machine.makeExecutor();
    const left = await second.leftovers(asked);
    assert.ok(left);
    const before = await textOf(left.stdout);
    await left.stdout.grown(Buffer.byteLength(before), AbortSignal.timeout(60_000));
    await second.end(asked);
    const whole = await textOf(left.stdout);
    assert.ok(whole.length > before.length);
    assertCounts(whole);
    await second.discard(asked);
    assert.equal(await second.leftovers(asked), undefined);
    assert.equal(await machine.say(`ls /opt/dumont/runs | grep -c '^${asked.runId}[.]'; true`), '0');
    assert.ok(!(await second.listKept()).some(({ runId }) => runId === asked.runId), 'it is let go of');
  });

  it('that is ended before it was started is not started any more', async () => {
    const asked = shell('echo started');
    machine.held.set(`${asked.runId}.1`, asked);
    await executor.end(asked);
    await assert.rejects(executor.start(asked), /started before/);
    assert.equal(await machine.say(`cat /opt/dumont/runs/${asked.runId}.1/stdout 2>/dev/null; true`), '');
  });

  it('ends as lost when the machine was restarted under it', async () => {
    const asked = shell('echo ready; sleep 600');
    const execution = await executor.start(asked);
    await untilText(execution.stdout, /ready/);
    await machine.say(
      `kill -KILL $(cat /opt/dumont/runs/${asked.runId}.1/supervisor); kill -KILL $(grep -lsz 'DUMONT_RUN=${asked.runId}' /proc/[0-9]*/environ | cut -d/ -f3)`,
    );
    assert.match((await execution.exited).lost ?? '', /restarted/);
    assert.equal(await textOf(execution.stdout), 'ready\n', 'what it wrote can be read');
  });

  it('is not started when it is cancelled while its machine does not answer', async () => {
    const refused = machine.refuse();
    const cancel = new AbortController();
    const asked = shell('echo never');
    const starting = executor.start(asked, { signal: cancel.signal, say: () => undefined });
    await refused;
    cancel.abort(new Error('nobody wants it any more'));
    await assert.rejects(starting, /nobody wants it/);
    machine.letIn();
    await executor.discard(asked);
    assert.ok(!machine.held.has(`${asked.runId}.1`), 'the machine is let go of');
  });

  it('takes no folders of this host, and no credentials with it', async () => {
    const mounts = [{ path: '/srv', writable: false }];
    await assert.rejects(executor.start(shell('true', { mounts })), {
      name: 'LaunchRefused',
      message: /folders of this host/,
    });
    await assert.rejects(executor.start(shell('true', { holdsCredentials: true })), {
      name: 'LaunchRefused',
      message: /credentials/,
    });
  });

  it('ends as lost, and waits for nobody, when the machine dies', async () => {
    const asked = shell('echo ready; sleep 600');
    const execution = await executor.start(asked);
    await untilText(execution.stdout, /ready/);
    await machine.destroy();
    assert.match((await execution.exited).lost ?? '', /taken away/);
    assert.equal(await textOf(execution.stdout), '');
    assert.deepEqual(await execution.listArtifacts(), []);
    await execution.signal('KILL');
  });
});
