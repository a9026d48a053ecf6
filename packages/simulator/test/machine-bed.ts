import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import ssh2, { type Client, type ClientChannel } from 'ssh2';
import { makeKeyPair } from '../src/machines/ssh-server.ts';

const program = new URL('../bin/simulator.ts', import.meta.url).pathname;
const speed = 60;

export interface Done {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export const portOf = (client: Client): number =>
  (client as unknown as { readonly _sock: { readonly remotePort: number } })._sock.remotePort;

/** Resolves when the connection has ended, in whatever way. */
export const closed = (client: Client): Promise<void> =>
  new Promise((resolve) => {
    client.on('close', () => resolve());
  });

export const finish = async (channel: ClientChannel): Promise<Done> => {
  let out = '';
  let err = '';
  let code: number | null = null;
  let signal: string | null = null;
  channel.on('data', (part: Buffer) => (out += part.toString()));
  channel.stderr.on('data', (part: Buffer) => (err += part.toString()));
  channel.on('exit', (...parts: unknown[]) => {
    code = parts[0] as number | null;
    signal = (parts[1] ?? null) as string | null;
  });
  await once(channel, 'close');
  return { out, err, code, signal };
};

export const open = (client: Client, command: string): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => (error === undefined ? resolve(channel) : reject(error)));
  });

export const exec = async (client: Client, command: string): Promise<Done> =>
  finish(await open(client, command));

export const connectOnce = async (
  port: number,
  privateKey: string,
): Promise<{ client: Client; hostKey: Buffer }> => {
  const client = new ssh2.Client();
  let hostKey: Buffer = Buffer.alloc(0);
  client.on('connect', () => client.setNoDelay(true));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.on('ready', resolve);
  client.on('error', reject);
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'root',
    privateKey,
    readyTimeout: 5000,
    hostVerifier: (key: Buffer) => {
      hostKey = key;
      return true;
    },
  });
  await promise;
  return { client, hostKey };
};

/** What is offered of a host. */
interface MachineOffer {
  readonly id: number;
  readonly machine_id: number;
}

type Body = Readonly<Record<string, unknown>>;

/** The program itself, as it is run, with machines that have bodies. Time passes sixty times as fast. */
export const openMachineBed = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dumont-machines-'));
  const keys = makeKeyPair();
  let url = '';
  let simulator: ReturnType<typeof spawn> | undefined;

  const start = async (): Promise<void> => {
    const options = ['--data', join(folder, 'data'), '--port', '0', '--speed', String(speed), '--bad', '0'];
    const child = spawn(
      process.execPath,
      [program, ...options, '--no-limits', '--api-key', 'key', '--control-token', 'control'],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env['PATH'], SECRET: 'of the host' } },
    );
    simulator = child;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
      const found = /VAST_URL=(\S+)\n/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on('exit', (code) => reject(new Error(`the simulator ended with ${code}`)));
    url = await promise;
  };

  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (simulator === undefined) return;
    const ended = once(simulator, 'exit');
    simulator.kill(signal);
    await ended;
    simulator = undefined;
  };

  const call = async (method: string, path: string, body?: object, token = 'key'): Promise<Body> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Body;
  };

  const readInstance = async (id: number): Promise<Body> =>
    (await call('GET', `/api/v0/instances/${id}/`))['instances'] as Body;

  const readPort = async (id: number): Promise<number> => {
    const { ports } = await readInstance(id);
    return Number((ports as Record<string, { HostPort: string }[]>)['22/tcp']?.[0]?.HostPort ?? 0);
  };

  /** Changes the world around, as no renter can. */
  const command = async (body: object): Promise<void> => {
    const done = await call('POST', '/_simulator/commands', body, 'control');
    assert.equal(done['success'], true);
  };
  const hostOf = ({ machine_id: id }: MachineOffer): number => id - 10_000;

  /** From now on the host of this offer shows the fault, or none, in whatever it is rented for. */
  const forceFlaw = (offer: MachineOffer, flaw: string): Promise<void> =>
    command({ kind: 'force-flaw', machine: hostOf(offer), flaw });

  const findOffers = async (size: object, limit: number): Promise<readonly MachineOffer[]> => {
    const query = { rentable: { eq: true }, num_gpus: size, limit };
    return (await call('POST', '/api/v0/bundles/', query))['offers'] as MachineOffer[];
  };

  await start();
  await call('POST', '/api/v0/ssh/', { ssh_key: keys.public });
  return {
    folder,
    keys,
    /** Settings of a server that rents here. */
    readSettings: (): Readonly<Record<'VAST_URL' | 'VAST_API_KEY', string>> => ({
      VAST_URL: url,
      VAST_API_KEY: 'key',
    }),
    start,
    stop,
    call,
    command,
    readInstance,
    readPort,
    findOffers,
    forceFlaw,
    /**
     * Rents from a host without a fault, in the same market: even a good host has a bad day at times, and a host that
     * a test made bad offers parts of itself in other sizes. Nobody else wants it: what is stopped can be started at
     * any hour of the day.
     */
    rent: async (body: object = {}): Promise<number> => {
      const [offer] = await findOffers({ gte: 2 }, 1);
      assert.ok(offer);
      await forceFlaw(offer, 'none');
      await command({ kind: 'force-demand', machine: hostOf(offer), numGpus: 0 });
      const wish = { image: 'x', disk: 20, runtype: 'ssh_direc', ...body };
      return Number((await call('PUT', `/api/v0/asks/${offer.id}/`, wish))['new_contract']);
    },
    /** Until SSH answers: a machine that runs may refuse for some time. */
    connect: async (id: number): Promise<{ client: Client; hostKey: Buffer }> => {
      for (let attempt = 0; ; attempt++) {
        assert.ok(attempt < 200, `machine ${id} does not come up`);
        const port = await readPort(id);
        try {
          if (port > 0) return await connectOnce(port, keys.private);
        } catch (error) {
          if (attempt > 190) throw error;
        }
        await delay(100);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await stop('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
};

export type MachineBed = Awaited<ReturnType<typeof openMachineBed>>;
