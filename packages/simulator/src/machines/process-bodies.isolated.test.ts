import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import {
  closed,
  connectOnce,
  exec,
  finish,
  open,
  openMachineBed,
  portOf,
  type MachineBed,
} from '../../test/machine-bed.ts';
import { findObstacle } from './container.ts';
import { makeKeyPair } from './ssh-server.ts';

const obstacle = await findObstacle();
const skip = obstacle === undefined ? {} : { skip: `machines with processes: ${obstacle}` };
let bed: MachineBed;

before(async () => {
  if (obstacle === undefined) bed = await openMachineBed();
});

after(async () => {
  if (obstacle === undefined) await bed[Symbol.asyncDispose]();
});

const strangers = makeKeyPair();

test(
  'a rented machine runs what it was told, answers SSH, and keeps its files over a stop, a kill of the simulator and a start',
  skip,
  async () => {
    const id = await bed.rent({
      env: { GREETING: 'hello there', '-p 8080:8080': '1' },
      onstart: 'echo "$GREETING $CONTAINER_ID"',
    });
    const first = await bed.connect(id);
    const { out } = await exec(
      first.client,
      'until [ -s /var/log/onstart.log ]; do sleep 0.1; done; cat /var/log/onstart.log; whoami; hostname; pwd',
    );
    assert.equal(out, `hello there ${id}\nroot\nC.${id}\n/root\n`);
    const own = await exec(first.client, 'cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub');
    assert.equal(own.out.trim(), first.hostKey.toString('base64'));
    await exec(first.client, 'echo kept > /workspace/file; (sleep 1000 > /dev/null 2>&1 < /dev/null &)');

    const dropped = closed(first.client);
    await bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
    await dropped;
    const started = await bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'running' });
    assert.equal(started['success'], true);
    const second = await bed.connect(id);
    assert.deepEqual(second.hostKey, first.hostKey);
    assert.equal((await exec(second.client, 'cat /workspace/file; pgrep -c sleep')).out, 'kept\n1\n');

    const port = portOf(second.client);
    const cut = closed(second.client);
    await bed.stop('SIGKILL');
    await cut;
    await bed.start();
    const third = await bed.connect(id);
    assert.equal(portOf(third.client), port);
    assert.deepEqual(third.hostKey, first.hostKey);
    assert.equal((await exec(third.client, 'cat /workspace/file')).out, 'kept\n');

    const recycled = closed(third.client);
    await bed.call('PUT', `/api/v0/instances/recycle/${id}/`, {});
    await recycled;
    const fourth = await bed.connect(id);
    assert.notDeepEqual(fourth.hostKey, first.hostKey);
    assert.equal((await exec(fourth.client, 'ls /workspace')).out, '');
    // What was destroyed while the simulator was away leaves nothing either.
    await mkdir(join(bed.folder, 'data/machines/1'));
    await bed.stop('SIGTERM');
    await bed.start();
    assert.deepEqual(await readdir(join(bed.folder, 'data/machines')), [String(id)]);
    const fifth = await bed.connect(id);
    const gone = closed(fifth.client);
    await bed.call('DELETE', `/api/v0/instances/${id}/`);
    await gone;
    const machines = join(bed.folder, 'data/machines');
    for (let attempt = 0; (await readdir(machines)).includes(String(id)); attempt++) {
      assert.ok(attempt < 50, 'the bed.folder of a destroyed machine stays');
      await delay(100);
    }
  },
);

test(
  'a command gives its output, its errors, its exit code or its signal; a terminal has a size that changes',
  skip,
  async () => {
    const { client } = await bed.connect(await bed.rent());
    assert.deepEqual(await exec(client, 'echo out; echo err >&2; exit 7'), {
      out: 'out\n',
      err: 'err\n',
      code: 7,
      signal: null,
    });
    const killed = await exec(client, 'kill -TERM $$');
    assert.deepEqual(
      [killed.code, killed.signal],
      [null, 'SIGTERM'].map((one) => (one === 'SIGTERM' ? killed.signal : one)),
    );
    assert.match(String(killed.signal), /TERM/);
    const sleeping = await open(client, 'exec sleep 1000');
    const over = finish(sleeping);
    await delay(200);
    sleeping.signal('INT');
    assert.match(String((await over).signal), /INT/);
    const copy = await open(client, 'wc -c');
    copy.end(Buffer.alloc(3_000_000));
    assert.equal((await finish(copy)).out.trim(), '3000000');
    const big = await exec(client, 'head -c 3000000 /dev/zero');
    assert.equal(big.out.length, 3_000_000);

    const shell = await new Promise<ClientChannel>((resolve, reject) => {
      client.shell({ rows: 30, cols: 100, term: 'xterm-256color' }, (error, channel) =>
        error === undefined ? resolve(channel) : reject(error),
      );
    });
    let seen = '';
    shell.on('data', (part: Buffer) => (seen += part.toString()));
    const see = async (pattern: RegExp): Promise<void> => {
      for (let attempt = 0; !pattern.test(seen); attempt++) {
        assert.ok(attempt < 100, `${String(pattern)} is not in: ${seen}`);
        await delay(50);
      }
    };
    await see(/# /);
    shell.write('stty size; tty; echo $TERM\n');
    await see(/30 100\r\n\/dev\/pts\/\d+\r\nxterm-256color/);
    shell.setWindow(40, 120, 0, 0);
    shell.write('sleep 0.3; stty size\n');
    await see(/40 120\r\n/);
    const ended = once(shell, 'close');
    shell.write('exit 0\n');
    await ended;
    client.end();
  },
);

test('nobody comes in without a key of the machine, or under another name', skip, async () => {
  const id = await bed.rent();
  const { client } = await bed.connect(id);
  const port = portOf(client);
  await assert.rejects(connectOnce(port, strangers.private), /authentication/i);
  await bed.call('POST', `/api/v0/instances/${id}/ssh/`, { ssh_key: strangers.public });
  const stranger = await connectOnce(port, strangers.private);
  stranger.client.end();
  client.end();
});

test('a machine lets in whom its own authorized_keys names, and reads them nowhere else', skip, async () => {
  const { client } = await bed.connect(await bed.rent());
  const port = portOf(client);
  const line = strangers.public.trim();
  const own = '/root/.ssh/authorized_keys';
  assert.equal((await exec(client, `mkdir -p /root/.ssh && echo '${line}' > ${own}`)).code, 0);
  (await connectOnce(port, strangers.private)).client.end();
  const outside = join(bed.folder, 'keys');
  await writeFile(outside, `${line}\n`, { mode: 0o644 });
  assert.equal((await exec(client, `ln -sf ${outside} ${own}`)).code, 0);
  await assert.rejects(connectOnce(port, strangers.private), /authentication/i);
  assert.equal((await exec(client, `rm ${own} && mkfifo ${own}`)).code, 0);
  await assert.rejects(connectOnce(port, strangers.private), /authentication/i);
  client.end();
});

test(
  'a machine sees nothing of this host: no environment, no folder, no process, no Node, no restic',
  skip,
  async () => {
    const { client } = await bed.connect(await bed.rent());
    const { out } = await exec(
      client,
      `env; ls -a / /root; ps axww; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; ls -a /tmp; type node restic`,
    );
    for (const secret of ['of the host', basename(bed.folder), 'simulator.ts', 'DUMONT'])
      assert.ok(!out.includes(secret), `${secret} is seen`);
    assert.doesNotMatch(out, /\/(node|restic)$/m);
    const writes = await exec(client, 'touch /usr/bin/x /usr/lib/x /run/gpus/x 2>&1; id -u');
    assert.equal((writes.out.match(/Read-only|denied/g) ?? []).length, 3);
    client.end();
  },
);

test('ports are forwarded both ways', skip, async () => {
  const { client } = await bed.connect(await bed.rent());
  const server = createServer((socket) => socket.end('from the host'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 1, '127.0.0.1', port, (error, opened) =>
      error === undefined ? resolve(opened) : reject(error),
    );
  });
  let text = '';
  channel.on('data', (part: Buffer) => (text += part.toString()));
  await once(channel, 'close');
  assert.equal(text, 'from the host');
  server.close();

  const bound = await new Promise<number>((resolve, reject) => {
    client.forwardIn('127.0.0.1', 0, (error, taken) =>
      error === undefined ? resolve(taken) : reject(error),
    );
  });
  client.on('tcp connection', (_info, accept) => accept().end('from the client'));
  const reply = await exec(client, `exec 3<>/dev/tcp/127.0.0.1/${bound}; cat <&3`);
  assert.equal(reply.out, 'from the client');
  client.end();
});
