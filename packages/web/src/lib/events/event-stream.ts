import type { ClientMessage, ServerMessage } from '@dumont/contracts/events';
import type { Clock } from '../clock.ts';

/** The part of `WebSocket` that is used. */
export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  readonly send: (data: string) => void;
  readonly close: () => void;
}

export interface EventStreamDeps {
  readonly openSocket: (ticket: string) => Socket;
  /** A fresh one-time ticket; rejects while the server cannot be reached. */
  readonly issueTicket: () => Promise<string>;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** `idle`: nobody listens, or stopped. `connecting`: for the first time. */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'reconnecting';

type TopicMessage = Extract<
  ServerMessage,
  { type: 'run' | 'alarm' | 'system' | 'machine' | 'execution' | 'orders' | 'log' }
>;

export interface TopicListener {
  readonly onMessage: (message: TopicMessage) => void;
  /** The server no longer keeps what was missed: read the lists again. */
  readonly onReset?: () => void;
  /** Live for the first time: whatever was read before may already be old. */
  readonly onLive?: () => void;
}

export interface EventStream {
  /** `after`: the seq that the caller has already; what follows it comes without a gap. */
  readonly subscribe: (topic: string, listener: TopicListener, after?: number) => () => void;
  readonly state: () => ConnectionState;
  readonly onState: (listener: () => void) => () => void;
  /** Tries again now rather than at the end of the back-off: the network is back, the page is shown again. */
  readonly wake: () => void;
  /** Closes for good, until the next `subscribe`. */
  readonly stop: () => void;
}

interface Topic {
  readonly listeners: Set<TopicListener>;
  /** The highest seq seen; undefined until the server has said where the topic stands. */
  cursor: number | undefined;
  /** What came with the cursor; logs have none. */
  epoch: string | undefined;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
const pingEveryMs = 25_000;
const pongWithinMs = 10_000;

const topicOf = (message: TopicMessage): string => {
  switch (message.type) {
    case 'run':
      return 'runs';
    case 'alarm':
      return 'alarms';
    case 'system':
      return 'systems';
    case 'machine':
      return 'machines';
    case 'execution':
      return 'executions';
    case 'orders':
      return 'orders';
    case 'log':
      return `runs/${message.payload.runId}/logs`;
  }
};

/**
 * One connection for the whole console. It comes back by itself with back-off and full jitter, subscribes again
 * from the last seq seen, and treats a silent connection as a dead one: a half-open TCP connection never closes.
 */
export const createEventStream = ({
  openSocket,
  issueTicket,
  clock,
  random,
}: EventStreamDeps): EventStream => {
  const topics = new Map<string, Topic>();
  const stateListeners = new Set<() => void>();
  let state: ConnectionState = 'idle';
  let socket: Socket | undefined;
  let failures = 0;
  /** Grows with each attempt: what belongs to an older one is ignored. */
  let attempt = 0;
  let cancelRetry: (() => void) | undefined;
  let cancelPing: (() => void) | undefined;

  const setState = (next: ConnectionState): void => {
    if (next === state) return;
    state = next;
    for (const listener of stateListeners) listener();
  };

  const send = (message: ClientMessage): void => socket?.send(JSON.stringify(message));

  const subscribeOnServer = (name: string, { cursor, epoch }: Topic): void =>
    send({
      type: 'subscribe',
      topic: name,
      ...(cursor === undefined ? {} : { after: cursor }),
      ...(cursor === undefined || epoch === undefined ? {} : { epoch }),
    });

  const leave = (): void => {
    attempt += 1;
    cancelRetry?.();
    cancelPing?.();
    cancelRetry = undefined;
    if (socket !== undefined) {
      const old = socket;
      socket = undefined;
      old.onopen = old.onmessage = old.onclose = null;
      old.close();
    }
  };

  const lost = (): void => {
    leave();
    setState(failures === 0 && state === 'connecting' ? 'connecting' : 'reconnecting');
    const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
    failures += 1;
    cancelRetry = clock.after(ceiling * (0.2 + 0.8 * random()), () => void connect());
  };

  const expectLife = (): void => {
    cancelPing?.();
    cancelPing = clock.after(pingEveryMs, () => {
      send({ type: 'ping' });
      cancelPing = clock.after(pongWithinMs, lost);
    });
  };

  const receive = (message: ServerMessage): void => {
    switch (message.type) {
      case 'subscribed': {
        const topic = topics.get(message.topic);
        if (topic === undefined || topic.cursor !== undefined) return;
        topic.cursor = message.seq;
        topic.epoch = message.epoch;
        for (const listener of topic.listeners) listener.onLive?.();
        return;
      }
      case 'reset': {
        const topic = topics.get(message.topic);
        if (topic === undefined) return;
        topic.cursor = message.seq;
        topic.epoch = message.epoch;
        for (const listener of topic.listeners) listener.onReset?.();
        return;
      }
      case 'run':
      case 'alarm':
      case 'system':
      case 'machine':
      case 'execution':
      case 'orders':
      case 'log': {
        const topic = topics.get(topicOf(message));
        if (topic === undefined) return;
        if (message.seq >= (topic.cursor ?? 0)) {
          topic.cursor = message.seq;
          topic.epoch = 'epoch' in message ? message.epoch : undefined;
        }
        for (const listener of topic.listeners) listener.onMessage(message);
        break;
      }
      case 'error':
      case 'pong':
        break;
    }
  };

  const connect = async (): Promise<void> => {
    leave();
    const mine = attempt;
    setState(state === 'idle' ? 'connecting' : state === 'live' ? 'reconnecting' : state);
    let opened: Socket;
    try {
      const ticket = await issueTicket();
      if (mine !== attempt) return;
      opened = openSocket(ticket);
    } catch {
      if (mine === attempt) lost();
      return;
    }
    socket = opened;
    opened.onopen = () => {
      setState('live');
      for (const [name, topic] of topics) subscribeOnServer(name, topic);
      expectLife();
    };
    opened.onmessage = (event) => {
      failures = 0;
      expectLife();
      receive(JSON.parse(String(event.data)) as ServerMessage);
    };
    opened.onclose = lost;
  };

  const stop = (): void => {
    leave();
    failures = 0;
    setState('idle');
  };

  return {
    subscribe: (name, listener, after) => {
      const topic = topics.get(name) ?? {
        listeners: new Set<TopicListener>(),
        cursor: undefined,
        epoch: undefined,
      };
      topics.set(name, topic);
      topic.listeners.add(listener);
      if (after !== undefined) {
        topic.cursor = after;
        topic.epoch = undefined;
      }
      if (state === 'live') subscribeOnServer(name, topic);
      else if (state === 'idle') void connect();
      return () => {
        topic.listeners.delete(listener);
        if (topic.listeners.size > 0 || topics.get(name) !== topic) return;
        topics.delete(name);
        if (state === 'live') send({ type: 'unsubscribe', topic: name });
      };
    },
    state: () => state,
    onState: (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    wake: () => {
      if (cancelRetry !== undefined) void connect();
    },
    stop,
  };
};
