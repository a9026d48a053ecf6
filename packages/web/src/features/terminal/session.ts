/** The part of `WebSocket` that is used. */
export interface TerminalSocket {
  binaryType: string;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  readonly send: (data: string | Uint8Array<ArrayBuffer>) => void;
  readonly close: () => void;
}

export type SessionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  /** The shell ended; null: by a signal. */
  | { readonly kind: 'exited'; readonly code: number | null }
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string }
  | { readonly kind: 'lost' };

interface SessionDeps {
  /** A fresh one-time ticket. */
  readonly issueTicket: () => Promise<string>;
  readonly openSocket: (ticket: string) => TerminalSocket;
  readonly onText: (text: string) => void;
  readonly onState: (state: SessionState) => void;
}

export interface TerminalSession {
  readonly send: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly close: () => void;
}

/** The server takes no longer ones. */
const mostBytes = 65_536;

interface Said {
  readonly type?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
}

/**
 * A terminal of a machine over its WebSocket: binary frames are what is typed and shown, text frames are JSON. It does
 * not come back by itself: a new shell is not the one that was lost.
 */
export const openSession = ({ issueTicket, openSocket, onText, onState }: SessionDeps): TerminalSession => {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let socket: TerminalSocket | undefined;
  let isOpen = false;
  let isOver = false;
  let hasShown = false;
  let size: readonly [number, number] | undefined;

  const end = (state: SessionState): void => {
    if (isOver) return;
    isOver = true;
    isOpen = false;
    onState(state);
  };
  const tellSize = (): void => {
    if (!isOpen || size === undefined) return;
    socket?.send(JSON.stringify({ type: 'resize', columns: size[0], rows: size[1] }));
  };
  const hear = (said: Said): void => {
    if (said.type === 'exit') end({ kind: 'exited', code: typeof said.code === 'number' ? said.code : null });
    if (said.type === 'error')
      end({
        kind: 'failed',
        code: typeof said.code === 'string' ? said.code : null,
        message: typeof said.message === 'string' ? said.message : '',
      });
  };

  onState({ kind: 'connecting' });
  issueTicket().then(
    (ticket) => {
      if (isOver) return;
      const opened = openSocket(ticket);
      socket = opened;
      opened.binaryType = 'arraybuffer';
      opened.onopen = () => {
        isOpen = true;
        tellSize();
        onState({ kind: 'open' });
      };
      opened.onmessage = ({ data }) => {
        if (data instanceof ArrayBuffer) {
          // The shell is there only now: a size that was told before may have gone to nobody.
          if (!hasShown) tellSize();
          hasShown = true;
          onText(decoder.decode(data, { stream: true }));
        } else hear(JSON.parse(String(data)) as Said);
      };
      opened.onclose = () => end({ kind: 'lost' });
    },
    () => end({ kind: 'lost' }),
  );

  return {
    send: (text) => {
      if (!isOpen) return;
      const bytes = encoder.encode(text);
      for (let from = 0; from < bytes.length; from += mostBytes)
        socket?.send(bytes.slice(from, from + mostBytes));
    },
    resize: (columns, rows) => {
      size = [columns, rows];
      tellSize();
    },
    close: () => {
      isOver = true;
      isOpen = false;
      socket?.close();
    },
  };
};
