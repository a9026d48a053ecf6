import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectOnce, exec, openMachineBed, portOf, type MachineBed } from '../../test/machine-bed.ts';
import { findObstacle } from './container.ts';

const run = promisify(execFile);

const obstacle = await findObstacle();
const skip = obstacle === undefined ? {} : { skip: `machines with processes: ${obstacle}` };
let bed: MachineBed;

before(async () => {
  if (obstacle === undefined) bed = await openMachineBed();
});

after(async () => {
  if (obstacle === undefined) await bed[Symbol.asyncDispose]();
});

test('nvidia-smi answers as the real one, from what its machine is and does', skip, async () => {
  const id = await bed.rent();
  const { client } = await bed.connect(id);
  const count = Number((await bed.readInstance(id))['num_gpus']);
  const smi = async (options: string): Promise<string> => (await exec(client, `nvidia-smi ${options}`)).out;
  const fields = 'index,utilization.gpu,memory.used,memory.total,temperature.gpu';
  const rest = await smi(`--query-gpu=${fields} --format=csv,noheader,nounits`);
  assert.match(rest, /^(\d+, [0-2], [1-5], \d{4,6}, 3\d\n)+$/);
  assert.equal(rest.trim().split('\n').length, count);
  const table = await smi(`--query-gpu=${fields} --format=csv -i 0`);
  assert.match(
    table,
    /^index, utilization\.gpu \[%\], memory\.used \[MiB\], memory\.total \[MiB\], temperature\.gpu\n0, \d %, \d MiB, \d+ MiB, 3\d\n$/,
  );
  assert.match(
    await smi('-L'),
    /^(GPU \d: NVIDIA .+ \(UUID: GPU-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\n)+$/,
  );
  assert.match(
    await smi(''),
    /NVIDIA-SMI [\d.]+ +Driver Version: [\d.]+ +CUDA Version: \d+\.\d[\s\S]*No running processes found/,
  );

  const load = { gpuPercent: [93, 40], gpuMemoryMb: [9000, 100] };
  await bed.command({ kind: 'load', contractId: id, load });
  for (
    let attempt = 0;
    !(await smi('--query-gpu=utilization.gpu --format=csv,noheader,nounits')).startsWith('93\n40\n');
    attempt++
  ) {
    assert.ok(attempt < 50, 'the load from outside is not seen');
    await delay(50);
  }
  assert.equal((await bed.readInstance(id))['gpu_util'], 66.5);
  await exec(client, 'printf "97 20000\\n" > /etc/gpu-load');
  assert.match(
    await smi('--query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits'),
    /^97, 20000\n/,
  );
  await exec(client, 'echo unsupported > /etc/gpu-load');
  assert.match(
    await smi('--query-gpu=utilization.gpu,memory.used,name --format=csv,noheader'),
    /^\[N\/A\], \[N\/A\], NVIDIA /,
  );
  await exec(client, 'echo mig > /etc/gpu-load');
  assert.match(await smi('-L'), /MIG 3g\.\d+gb +Device +1: \(UUID: MIG-/);
  assert.match(await smi('--query-gpu=utilization.gpu --format=csv,noheader,nounits'), /^\[N\/A\]\n\d/);
  await exec(client, 'echo failed > /etc/gpu-load');
  const failed = await exec(client, 'nvidia-smi');
  assert.equal(failed.code, 9);
  assert.match(failed.out, /^NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver/);
  await exec(client, 'rm /etc/gpu-load');
  const wrong = await exec(client, 'nvidia-smi --query-gpu=foo --format=csv');
  assert.deepEqual([wrong.code, wrong.out], [2, 'Field "foo" is not a valid field to query.\n\n']);
  client.end();
});

test("the provider's own log and commands reach into the machine", skip, async () => {
  const id = await bed.rent({ onstart: 'echo ready to work' });
  const { client } = await bed.connect(id);
  await exec(
    client,
    'mkdir /workspace/a; echo 1 > /workspace/a/b; until [ -s /var/log/onstart.log ]; do sleep 0.1; done',
  );
  const read = async (answer: Record<string, unknown>): Promise<string> => {
    for (let attempt = 0; attempt < 100; attempt++) {
      const response = await fetch(String(answer['result_url']));
      if (response.status === 200) return response.text();
      await delay(30);
    }
    throw new Error('there is no result');
  };
  assert.match(
    await read(await bed.call('PUT', `/api/v0/instances/request_logs/${id}/`, { tail: '10' })),
    /ready to work\n$/,
  );
  client.end();
  await bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  while ((await bed.readInstance(id))['actual_status'] !== 'exited') await delay(30);
  const execute = async (command: string): Promise<string> =>
    read(await bed.call('PUT', `/api/v0/instances/command/${id}/`, { command }));
  assert.equal(await execute('ls /workspace/a'), 'b\n', 'the disk of a stopped machine can be looked at');
  assert.equal(await execute('rm /workspace/a/b'), '');
  assert.equal(await execute('ls /workspace/a'), '');
  assert.match(
    await read(await bed.call('PUT', `/api/v0/instances/request_logs/${id}/`, { tail: '10' })),
    /ready to work\n$/,
  );
});

test(
  'bad machines with a body: SSH refuses, hangs, or shows another key than the machine has',
  skip,
  async () => {
    const offers = await bed.findOffers({ eq: 1 }, 3);
    const outcomes: Record<string, string> = {};
    for (const [index, flaw] of ['ssh-refuses', 'ssh-hangs', 'wrong-host-key'].entries()) {
      const offer = offers[index];
      assert.ok(offer);
      await bed.forceFlaw(offer, flaw);
      const id = Number(
        (await bed.call('PUT', `/api/v0/asks/${offer.id}/`, { image: 'x', disk: 20, runtype: 'ssh_direc' }))[
          'new_contract'
        ],
      );
      if (flaw === 'wrong-host-key') {
        const { client, hostKey } = await bed.connect(id);
        const own = await exec(client, 'cut -d" " -f2 /etc/ssh/ssh_host_ed25519_key.pub');
        outcomes[flaw] = own.out.trim() === hostKey.toString('base64') ? 'same key' : 'other key';
        client.end();
        continue;
      }
      for (let attempt = 0; (await bed.readInstance(id))['actual_status'] !== 'running'; attempt++) {
        assert.ok(attempt < 100);
        await delay(100);
      }
      await delay(1000);
      const { ports } = await bed.readInstance(id);
      const port = Number((ports as Record<string, { HostPort: string }[]>)['22/tcp']?.[0]?.HostPort);
      outcomes[flaw] = await connectOnce(port, bed.keys.private).then(
        () => 'answered',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      );
    }
    assert.match(outcomes['ssh-refuses'] ?? '', /ECONNREFUSED/);
    assert.match(outcomes['ssh-hangs'] ?? '', /Timed out/);
    assert.equal(outcomes['wrong-host-key'], 'other key');
  },
);

test(
  'ssh, sftp and scp of OpenSSH work',
  {
    ...skip,
    ...(existsSync('/usr/bin/ssh') && existsSync('/usr/lib/openssh/sftp-server')
      ? {}
      : { skip: 'OpenSSH is not here' }),
  },
  async () => {
    const { client } = await bed.connect(await bed.rent());
    const port = String(portOf(client));
    const key = join(bed.folder, 'key');
    await writeFile(key, bed.keys.private, { mode: 0o600 });
    await chmod(key, 0o600);
    const options = [
      '-i',
      key,
      '-o',
      'StrictHostKeyChecking=no',
      '-o',
      `UserKnownHostsFile=${join(bed.folder, 'known')}`,
      '-o',
      'LogLevel=ERROR',
    ];
    const limit = { timeout: 20_000 };
    const { stdout } = await run('ssh', [...options, '-p', port, 'root@127.0.0.1', 'echo $USER'], limit);
    assert.equal(stdout, 'root\n');
    await writeFile(join(bed.folder, 'up'), 'there and back');
    await writeFile(
      join(bed.folder, 'batch'),
      `put ${bed.folder}/up /workspace/up\nget /workspace/up ${bed.folder}/down\n`,
    );
    await run('sftp', ['-b', join(bed.folder, 'batch'), ...options, '-P', port, 'root@127.0.0.1'], limit);
    assert.equal(await readFile(join(bed.folder, 'down'), 'utf8'), 'there and back');
    await run(
      'scp',
      [...options, '-P', port, join(bed.folder, 'up'), 'root@127.0.0.1:/workspace/again'],
      limit,
    );
    assert.equal((await exec(client, 'cat /workspace/again')).out, 'there and back');
    client.end();
  },
);
