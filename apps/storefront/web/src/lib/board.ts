import { after } from './browser.ts';
import type { Boards } from './wire.ts';

interface Message<Shown> {
  readonly tipo: 'quadro' | 'mudancas';
  readonly sequencia: number;
  readonly pedidos: readonly Shown[];
}

const firstPauseMs = 500;
const longestPauseMs = 15_000;
/** The connection of staff has lived long enough: come again with a token of now. */
const identifyAgain = 4001;

/**
 * A live board. It connects again by itself, and hears what it missed. `token` is asked for at each connection; what it
 * throws ends the board, since nobody is signed in any more.
 */
export const watchBoard = <Path extends keyof Boards>(options: {
  readonly path: Path;
  readonly token?: () => Promise<string>;
  /** `isWhole`: these are all that there are. */
  readonly onOrders: (orders: readonly Boards[Path][], isWhole: boolean) => void;
  readonly onLive: (isLive: boolean) => void;
}): (() => void) => {
  let isOver = false;
  let socket: WebSocket | undefined;
  let cancel: (() => void) | undefined;
  let sequence: number | undefined;
  let pauseMs = firstPauseMs;

  const connect = async (): Promise<void> => {
    const token = await options.token?.();
    if (isOver) return;
    const url = new URL(options.path, location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    if (sequence !== undefined) url.searchParams.set('desde', String(sequence));
    // A browser can send a token with a WebSocket only so; the gateway takes it out again.
    socket = new WebSocket(url, ['quadro.v1', ...(token === undefined ? [] : [`bearer.${token}`])]);
    socket.addEventListener('message', ({ data }) => {
      const { tipo, sequencia, pedidos } = JSON.parse(String(data)) as Message<Boards[Path]>;
      sequence = sequencia;
      pauseMs = firstPauseMs;
      options.onLive(true);
      options.onOrders(pedidos, tipo === 'quadro');
    });
    socket.addEventListener('close', ({ code }) => {
      if (isOver) return;
      if (code === identifyAgain) return begin();
      options.onLive(false);
      cancel = after(pauseMs, begin);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    });
  };
  const begin = (): void => {
    connect().catch(() => options.onLive(false));
  };
  begin();
  return () => {
    isOver = true;
    cancel?.();
    socket?.close();
  };
};
