import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AgentStatus } from '@dumont/contracts/machines/agent';

const program = join(import.meta.dirname, 'main.ts');
const token = 'dma_the-token-of-this-machine';

interface Beat {
  readonly authorization: string | undefined;
  readonly path: string | undefined;
  readonly status: AgentStatus;
}

let folder: string;
let server: Server;
let port = 0;
const beats: Beat[] = [];
let heard = Promise.withResolvers<void>();
const agents: ChildProcess[] = [];

const listen = async (on: number): Promise<void> => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const { authorization } = request.headers;
      beats.push({ authorization, path: request.url, status: JSON.parse(text) as AgentStatus });
      response.end(JSON.stringify({ action: 'none', message: '', next_beat_seconds: 1 }));
      heard.resolve();
      heard = Promise.withResolvers();
    });
  }).listen(on, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
};
const close = async (): Promise<void> => {
  const closed = once(server, 'close');
  server.close().closeAllConnections();
  await closed;
};

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-agent-'));
  await listen(0);
});
after(async () => {
  for (const agent of agents) agent.kill('SIGKILL');
  await close();
  await rm(folder, { recursive: true, force: true });
});

const write = async (name: string, value: object): Promise<void> => {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(value));
  await chmod(path, 0o600);
};
const configure = (epoch: number, more: object = {}): Promise<void> =>
  write('agent.json', {
    url: `http://127.0.0.1:${port}`,
    token,
    instance_id: 'the-machine',
    epoch,
    ...more,
  });

const start = () => {
  const agent = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
  agents.push(agent);
  let output = '';
  for (const stream of [agent.stdout, agent.stderr])
    stream.on('data', (part: Buffer) => (output += part.toString()));
  const ended = once(agent, 'close').then(([code]) => ({ code: code as number | null, output }));
  return { agent, ended };
};

/** The next beats that come from now on. */
const nextBeats = async (count: number): Promise<Beat[]> => {
  const from = beats.length;
  while (beats.length < from + count) await heard.promise;
  return beats.slice(from);
};
/** The first of all beats, those that come included, that is so. */
const firstBeat = async (isSo: (beat: Beat) => boolean): Promise<Beat> => {
  for (let at = 0; ; at += 1) {
    while (beats.length <= at) await heard.promise;
    const beat = beats[at];
    if (beat !== undefined && isSo(beat)) return beat;
  }
};
const endAll = async (): Promise<void> => {
  for (const agent of agents.splice(0)) {
    if (agent.exitCode !== null || agent.signalCode !== null) continue;
    agent.kill('SIGKILL');
    await once(agent, 'exit');
  }
};

describe('the agent as a process', () => {
  after(endAll);

  it('beats with its own token, which neither its command line nor its environment shows', async () => {
    await configure(1);
    const { agent } = start();
    const [first, second] = await nextBeats(2);
    assert.equal(first?.authorization, `Bearer ${token}`);
    assert.equal(first?.path, '/api/v1/agent/status');
    assert.deepEqual([first?.status.status, second?.status.status], ['starting', 'idle']);
    assert.equal(first?.status.instance_id, 'the-machine');
    // A beat that was late is followed too soon by the next to tell rates.
    const {
      status: { figures },
    } = await firstBeat(({ status }) => typeof status.figures?.cpu_percent === 'number');
    assert.equal(typeof figures?.network_mbps, 'number');
    assert.ok((figures?.memory_total_mb ?? 0) > 100);
    assert.ok((figures?.disk_total_gb ?? 0) > 0.1);
    for (const name of ['cmdline', 'environ'])
      assert.equal((await readFile(`/proc/${agent.pid}/${name}`, 'latin1')).includes(token), false, name);
  });

  it('a second one of the same kind leaves it alone', async () => {
    const { code, output } = await start().ended;
    assert.equal(code, 0);
    assert.match(output, /an agent runs already/);
    await nextBeats(1);
  });

  it('one that is started for a new configuration takes its place, also for one of a lower epoch', async () => {
    const changes: [number, object][] = [
      [3, {}],
      // The books of the server were lost: it starts to count again.
      [1, {}],
      [1, { url: `http://localhost:${port}` }],
    ];
    for (const [epoch, more] of changes) {
      const present = agents.findLast(({ exitCode }) => exitCode === null);
      assert.ok(present !== undefined);
      const ended = once(present, 'exit');
      await configure(epoch, more);
      start();
      await ended;
      await nextBeats(1);
    }
  });

  it('goes on when the server was away', async () => {
    await close();
    await listen(port);
    await nextBeats(2);
  });

  it('starts where another was killed, and leaves no lock when it is asked to end', async () => {
    await endAll();
    const { agent, ended } = start();
    await nextBeats(1);
    agent.kill('SIGTERM');
    assert.equal((await ended).code, 0);
    assert.deepEqual(await readdir(folder), ['agent.json']);
  });

  it('of many that start at once, one stays', async () => {
    const all = Array.from({ length: 4 }, start);
    const left = new Set(all);
    for (const one of all) void one.ended.then(() => left.delete(one));
    await nextBeats(1);
    while (left.size > 1) await Promise.race([...left].map(({ ended }) => ended));
    await nextBeats(2);
    assert.equal(left.size, 1);
  });
});

describe('a configuration', () => {
  const refusal = async (): Promise<string> => {
    const { code, output } = await start().ended;
    assert.equal(code, 1);
    assert.equal(output.includes(token), false, 'the token is not told');
    return output;
  };

  it('without an address means the tunnel, on the port that is told beside it', async () => {
    await configure(1, { url: null });
    await writeFile(join(folder, 'tunnel-port'), `${port}\n`);
    const { agent } = start();
    const [beat] = await nextBeats(1);
    assert.equal(beat?.authorization, `Bearer ${token}`);
    agent.kill('SIGKILL');
    await once(agent, 'exit');
    await rm(join(folder, 'tunnel-port'));
  });

  it('that others can read is refused', async () => {
    await configure(1);
    await chmod(join(folder, 'agent.json'), 0o644);
    assert.match(await refusal(), /can be read by others/);
  });

  it('that is wrong is refused, with what is wrong', async () => {
    const wrong: [object, RegExp][] = [
      [{ url: 'ftp://x' }, /url/],
      [{ epoch: 'x' }, /epoch/],
    ];
    for (const [more, message] of wrong) {
      await configure(1, more);
      assert.match(await refusal(), message);
    }
    await configure(1);
    const wrongSwitches: [object, RegExp][] = [
      [{ after_hours: 0.01 }, /after_hours/],
      [{ after_hours: 2, save: [] }, /save/],
      [{ after_hours: 2, save: [['x']], stop: { method: 'PUT' } }, /stop/],
    ];
    for (const [value, message] of wrongSwitches) {
      await write('dead-man.json', value);
      assert.match(await refusal(), message);
    }
    await rm(join(folder, 'dead-man.json'));
    await writeFile(join(folder, 'agent.json'), '{');
    assert.match(await refusal(), /no JSON/);
  });
});
