import type { WebSocket } from 'ws';

/** The sending side of one socket, with back-pressure: a slow reader is waited for, then closed. */
export interface Outlet {
  send(message: object): void;
  /** A message that many sockets get, serialised once. */
  sendText(text: string): void;
  /** Resolves when little waits to be sent, or when the socket has closed. */
  drained(): Promise<void>;
  readonly closed: boolean;
  /** Bytes handed over that the network has not taken yet. */
  readonly pendingBytes: number;
}

const highWaterBytes = 1024 * 1024;
/** A reader that lets so much pile up is cut off; it comes back and catches up by sequence number. */
const limitBytes = 32 * 1024 * 1024;
const pollMs = 10;

export const createOutlet = (socket: WebSocket): Outlet => {
  const isOpen = (): boolean => socket.readyState === socket.OPEN;
  const sendText = (text: string): void => {
    if (!isOpen()) return;
    if (socket.bufferedAmount > limitBytes) {
      socket.close(4408, 'reading too slowly');
      return;
    }
    socket.send(text);
  };
  return {
    send: (message) => sendText(JSON.stringify(message)),
    sendText,
    drained: async () => {
      while (isOpen() && socket.bufferedAmount > highWaterBytes) {
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    get closed() {
      return !isOpen();
    },
    get pendingBytes() {
      return socket.bufferedAmount;
    },
  };
};
