import type { WebSocket } from 'ws';

/** The sending side of one socket, with back-pressure: a slow reader is waited for, then closed. */
export interface Outlet {
  send(message: object): void;
  /** A message that many sockets get, serialised once. */
  sendText(text: string | Buffer): void;
  /** A binary frame that many sockets get. */
  sendBytes(bytes: Buffer): void;
  /** Resolves when little waits to be sent, or when the socket has closed. */
  drained(): Promise<void>;
  readonly isDrained: boolean;
  readonly closed: boolean;
}

const highWaterBytes = 1024 * 1024;
/** A reader that lets so much pile up is cut off; it comes back and catches up by sequence number. */
const limitBytes = 32 * 1024 * 1024;
const pollMs = 10;

export const createOutlet = (socket: WebSocket): Outlet => {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const isDrained = (): boolean => socket.bufferedAmount <= highWaterBytes;
  const transmit = (data: string | Buffer, binary: boolean): void => {
    if (!isOpen()) return;
    if (socket.bufferedAmount > limitBytes) {
      socket.close(4408, 'reading too slowly');
      return;
    }
    socket.send(data, { binary });
  };
  return {
    send: (message) => transmit(JSON.stringify(message), false),
    sendText: (text) => transmit(text, false),
    sendBytes: (bytes) => transmit(bytes, true),
    drained: async () => {
      while (isOpen() && !isDrained()) await new Promise((resolve) => setTimeout(resolve, pollMs));
    },
    get isDrained() {
      return isDrained();
    },
    get closed() {
      return !isOpen();
    },
  };
};
