import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the server that breaks when it is told to. */
export interface CuttingProxy extends AsyncDisposable {
  readonly url: string;
  /** WebSockets that were opened through it. */
  readonly upgrades: () => number;
  /** How many requests began with this: `POST /api/v1/auth/refresh`. */
  readonly requests: (start: string) => number;
  /** Cuts every connection that is open now. */
  cut(): void;
}

const upgradeRequest = /^upgrade: websocket\r$/im;

/** Passes bytes on; with `refuseUpgrades` it answers WebSockets as a proxy does that does not know them. */
export const startCuttingProxy = async (
  target: string,
  options: { refuseUpgrades?: boolean } = {},
): Promise<CuttingProxy> => {
  const open = new Set<Socket>();
  const requestLines: string[] = [];
  let upgrades = 0;
  const server = createServer((socket) => {
    const upstream = connect(Number(new URL(target).port), new URL(target).hostname);
    for (const side of [socket, upstream]) {
      open.add(side);
      side.on('error', () => undefined);
      side.on('close', () => {
        open.delete(side);
        socket.destroy();
        upstream.destroy();
      });
    }
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (/^[A-Z]+ \//.test(text)) requestLines.push(text.slice(0, text.indexOf('\r\n')));
      if (upgradeRequest.test(text)) {
        upgrades += 1;
        if (options.refuseUpgrades === true) {
          socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
          return;
        }
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => socket.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    upgrades: () => upgrades,
    requests: (start) => requestLines.filter((line) => line.startsWith(start)).length,
    cut,
    [Symbol.asyncDispose]: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
