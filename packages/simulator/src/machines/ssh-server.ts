import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import ssh2, { type AuthContext, type Connection, type TcpipRequestInfo } from 'ssh2';
import { serveSession, type SessionOptions } from './ssh-session.ts';

const { Server, utils } = ssh2;

export interface SshServerOptions extends SessionOptions {
  readonly hostKey: string;
  /** Where it listened before; another when that is taken. */
  readonly port: number;
  /** Who may come in, asked at each log-in: as lines of authorized_keys. */
  readonly authorizedKeys: () => readonly string[];
}

export interface Listener extends AsyncDisposable {
  readonly port: number;
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const mayEnter = (context: AuthContext, keys: readonly string[]): boolean => {
  if (context.method !== 'publickey' || context.username !== 'root') return false;
  return keys.some((line) => {
    const known = utils.parseKey(line);
    if (known instanceof Error) return false;
    const { key, signature, blob, hashAlgo } = context;
    if (!isSame(key.data, known.getPublicSSH())) return false;
    // Without a signature it only asks whether the key would do.
    if (signature === undefined || blob === undefined) return true;
    // An error when the signature cannot be read, whatever its type says.
    const isRight: unknown = known.verify(blob, signature, hashAlgo);
    return isRight === true;
  });
};

/** A connection through the machine to something that it reaches. */
const forwardOut = (
  accept: () => NodeJS.ReadWriteStream & { destroy(): void },
  reject: () => void,
  info: TcpipRequestInfo,
): void => {
  const socket = connect(info.destPort, info.destIP);
  socket.setNoDelay(true);
  let isOpen = false;
  socket.on('connect', () => {
    isOpen = true;
    const channel = accept();
    channel.on('error', () => socket.destroy());
    channel.on('close', () => socket.destroy());
    channel.pipe(socket).pipe(channel);
  });
  socket.on('error', () => {
    if (!isOpen) reject();
  });
};

/** Ports that a client has the machine listen on for it. */
const serveForwards = (connection: Connection): void => {
  const listening = new Map<string, NetServer>();
  connection.on('request', (accept, reject, name, info) => {
    const { bindAddr, bindPort } = info;
    const key = `${bindAddr}:${bindPort}`;
    if (name === 'cancel-tcpip-forward') {
      listening.get(key)?.close();
      listening.delete(key);
      accept?.();
      return;
    }
    if (name !== 'tcpip-forward') {
      reject?.();
      return;
    }
    const server = createServer((socket) => {
      // The client knows the forward by the port that it was told.
      const { port } = server.address() as AddressInfo;
      connection.forwardOut(
        bindAddr,
        port,
        socket.remoteAddress ?? '',
        socket.remotePort ?? 0,
        (error, channel) => {
          if (error !== undefined) {
            socket.destroy();
            return;
          }
          socket.on('error', () => channel.destroy());
          channel.on('error', () => socket.destroy());
          socket.pipe(channel).pipe(socket);
        },
      );
    });
    server.on('error', () => reject?.());
    // This host's own side only: a simulated machine opens nothing to the outside.
    server.listen(bindPort, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      listening.set(`${bindAddr}:${port}`, server);
      accept?.(port);
    });
  });
  connection.on('close', () => {
    for (const server of listening.values()) server.close();
  });
};

/** Listens where it did before, or elsewhere when something else is there now. */
const listen = async (server: NetServer, port: number): Promise<number> => {
  const tryPort = async (wanted: number): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => resolve());
    await promise;
    server.off('error', reject);
  };
  await tryPort(port).catch(() => tryPort(0));
  return (server.address() as AddressInfo).port;
};

/** A server whose connections end with it. */
const startListener = async (port: number, onSocket: (socket: Socket) => void): Promise<Listener> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  const taken = await listen(server, port);
  return {
    port: taken,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};

/** The SSH server of one machine, on this host's own side. */
export const startSshServer = (options: SshServerOptions): Promise<Listener> => {
  const ssh = new Server({ hostKeys: [options.hostKey], ident: 'OpenSSH_8.9p1' }, (connection) => {
    connection.on('error', () => undefined);
    connection.on('authentication', (context) => {
      if (mayEnter(context, options.authorizedKeys())) context.accept();
      else context.reject(['publickey']);
    });
    connection.on('ready', () => {
      connection.on('session', (accept) => serveSession(accept(), options));
      connection.on('tcpip', (accept, reject, info) => forwardOut(accept, reject, info));
      serveForwards(connection);
    });
  });
  return startListener(options.port, (socket) => {
    socket.setNoDelay(true);
    ssh.injectSocket(socket);
  });
};

/** A port that accepts and says nothing. */
export const startSilentServer = (port: number): Promise<Listener> => startListener(port, () => undefined);

/** A free port, for a machine on which nothing listens. */
export const findPort = async (): Promise<number> => {
  const silent = await startSilentServer(0);
  await silent[Symbol.asyncDispose]();
  return silent.port;
};

/**
 * One key in 256 that ssh2 makes it cannot read back (it cuts a leading zero): such a machine would answer nobody, for
 * no fault that anybody asked for.
 */
export const makeKeyPair = (): { readonly private: string; readonly public: string } => {
  for (;;) {
    const pair = utils.generateKeyPairSync('ed25519');
    if (!(utils.parseKey(pair.private) instanceof Error)) return pair;
  }
};
