import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { openMachineBed } from '@dumont/simulator/machine-bed';
import { findObstacle } from '@dumont/simulator/machines';
import type { TestClock } from '../../../../test/test-clock.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { createSystemRandom } from '../../../kernel/random.ts';
import { connect, type SshConnection } from './connection.ts';
import { createKeyPair } from './keys.ts';
import { SshError, type SshTarget } from './target.ts';

export const deps = { clock: systemClock, random: createSystemRandom(systemClock) };
export const never = new AbortController().signal;

/** A machine to enter, and why there is none. */
export interface Place {
  readonly name: string;
  /** Why it cannot be tried on this host. */
  readonly obstacle: string | undefined;
  open(): Promise<OpenPlace>;
}

export interface OpenPlace extends AsyncDisposable {
  readonly target: SshTarget;
  /** A folder in the machine for files of tests. */
  readonly folder: string;
}

export const enter = (target: SshTarget, timeoutMs = 20_000): Promise<SshConnection> =>
  connect(target, { ...deps, timeoutMs }, never);

/** Until a machine that is coming up lets us in. */
const waitFor = async (readTarget: () => Promise<SshTarget>): Promise<SshTarget> => {
  for (let attempt = 0; ; attempt += 1) {
    const target = await readTarget();
    try {
      const connection = await enter(target);
      await connection[Symbol.asyncDispose]();
      return target;
    } catch (error) {
      if (!(error instanceof SshError) || attempt > 300) throw error;
    }
    await delay(100);
  }
};

const rented: Place = {
  name: 'a rented machine of the simulator',
  obstacle: await findObstacle(),
  open: async () => {
    const bed = await openMachineBed();
    const id = await bed.rent();
    const target = await waitFor(async () => ({
      addresses: [{ host: '127.0.0.1', port: (await bed.readPort(id)) || 1 }],
      user: 'root',
      privateKey: bed.keys.private,
      hostKey: undefined,
    }));
    return { target, folder: '/workspace', [Symbol.asyncDispose]: () => bed[Symbol.asyncDispose]() };
  },
};

const findProgram = async (name: string): Promise<string | undefined> => {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  for (const folder of folders) {
    const path = join(folder, name);
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
};

const sshd = await findProgram('sshd');

/** OpenSSH as the user that we are; root needs a user for it to drop to, which hosts without it lack. */
const openSsh: Place = {
  name: "OpenSSH's sshd",
  obstacle: sshd === undefined ? 'sshd is not installed (Debian: openssh-server)' : await findObstacle(),
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dumont-sshd-'));
    const [hostKey, keys] = [createKeyPair(), createKeyPair()];
    const port = await freePort();
    const home = join(folder, 'home');
    await mkdir(home);
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${folder}/host-key`,
      `AuthorizedKeysFile ${folder}/authorized`,
      `PidFile ${folder}/pid`,
      'PermitRootLogin yes',
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      // Tests write there, and nobody's own start files slow them down.
      `SetEnv HOME=${home}`,
    ];
    await writeFile(join(folder, 'host-key'), hostKey.privateKey, { mode: 0o600 });
    await writeFile(join(folder, 'authorized'), `${keys.publicKey}\n`);
    await writeFile(join(folder, 'config'), `${config.join('\n')}\n`);
    await writeFile(
      join(folder, 'passwd'),
      'root:x:0:0::/root:/bin/bash\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n',
    );
    const command = [sshd ?? '', '-D', '-e', '-f', join(folder, 'config')];
    const asRoot = [
      'bwrap --dev-bind / / --die-with-parent --unshare-pid --proc /proc --cap-add ALL'.split(' '),
      ['--ro-bind', join(folder, 'passwd'), '/etc/passwd', '--tmpfs', '/run/sshd', '--'],
    ].flat();
    const [program = '', ...args] = process.getuid?.() === 0 ? [...asRoot, ...command] : command;
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = once(child, 'exit');
    const target = {
      addresses: [{ host: '127.0.0.1', port }],
      user: userInfo().username,
      privateKey: keys.privateKey,
      hostKey: hostKey.publicKey,
    };
    const close = async (): Promise<void> => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    };
    try {
      await waitFor(() => Promise.resolve(target));
    } catch (error) {
      await close();
      throw new Error(said, { cause: error });
    }
    return { target, folder: home, [Symbol.asyncDispose]: close };
  },
};

export const places: readonly Place[] = [rented, openSsh];

export interface Listener extends AsyncDisposable {
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** A server whose connections end with it. */
export const listen = async (onSocket: (socket: Socket) => void): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

export const freePort = async (): Promise<number> => {
  await using listener = await listen(() => undefined);
  return listener.port;
};

export interface Wire extends Listener {
  readonly target: SshTarget;
  /** Breaks what is open. */
  cut(): void;
  /** From now on nothing comes through, and nobody is told. */
  freeze(): void;
}

/** A way to a machine that can be cut and frozen. */
export const openWire = async (target: SshTarget): Promise<Wire> => {
  const [address] = target.addresses;
  assert.ok(address);
  const far = new Set<Socket>();
  const listener = await listen((near) => {
    const socket = connectSocket({ ...address, noDelay: true });
    far.add(socket);
    socket.on('error', () => near.destroy());
    socket.on('close', () => near.destroy());
    near.on('close', () => socket.destroy());
    near.pipe(socket).pipe(near);
  });
  return {
    ...listener,
    target: { ...target, addresses: [{ host: '127.0.0.1', port: listener.port }] },
    cut: () => {
      for (const socket of far) socket.destroy();
    },
    freeze: () => {
      for (const socket of [...far, ...listener.sockets]) socket.unpipe().pause();
    },
  };
};

/** Moves time, and lets those who woke get as far as they can. */
export const pass = async (clock: TestClock, ms: number): Promise<void> => {
  clock.advance(ms);
  await setImmediate();
};

/** Runs a script in the machine and gives back what it says. */
export const say = async (
  connection: Pick<SshConnection, 'run'>,
  script: string,
  ...args: readonly string[]
): Promise<string> => {
  const lines: string[] = [];
  await connection.run(['sh', '-c', script, 'sh', ...args], {
    onStdout: (line) => lines.push(line),
    signal: never,
    timeoutSeconds: 60,
  });
  return lines.join('\n');
};
