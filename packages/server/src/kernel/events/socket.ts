import { ClientMessage } from '@dumont/contracts/events';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import type { Authenticator } from '../access/authenticator.ts';
import { reaches, scopeOf, type Caller } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { originOf } from '../http/register-route.ts';
import { proofOf, refuseForeignOrigin } from '../http/proof.ts';
import type { Logger } from '../log.ts';
import type { EventStream } from './event-stream.ts';
import type { StoredEvent } from './events.ts';
import { createOutlet, type Outlet } from './outlet.ts';

/** A stream of its own under a topic (`runs/{id}/logs`): modules register the ones they have. */
export interface Channel {
  /** The topics it serves; the first group is handed to `open`. */
  readonly pattern: RegExp;
  /** Starts sending to the outlet; throws `AppError` where the caller may not. Answers how to stop. */
  open(
    caller: Caller,
    id: string,
    options: { after: number | undefined; compress: boolean },
    outlet: Outlet,
  ): Promise<() => void>;
}

export interface SocketDeps {
  readonly authenticator: Authenticator;
  readonly events: EventStream;
  readonly channels: readonly Channel[];
  readonly publicUrl: string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

type Subscribe = Extract<ClientMessage, { type: 'subscribe' }>;

const replayLimit = 5000;
const loadAtOnce = 200;
const retryMs = 1000;
const maxSubscriptions = 50;

/** Lets a socket in before the upgrade: own origin, a ticket or a bearer token. */
export const authenticateSocket = async (
  request: FastifyRequest,
  deps: Pick<SocketDeps, 'authenticator' | 'publicUrl'>,
): Promise<Caller> => {
  if (request.headers.authorization === undefined)
    refuseForeignOrigin(request, originOf(request, deps.publicUrl));
  const proof = proofOf(request, 'websocket');
  if (proof === undefined || proof.cookie !== undefined) throw new AppError('auth.required');
  return deps.authenticator.authenticate(proof);
};

export const closeWhenRevoked = (
  socket: WebSocket,
  caller: Caller,
  deps: Pick<SocketDeps, 'authenticator' | 'clock'>,
): void => {
  const closed = new AbortController();
  socket.once('close', () => closed.abort());
  void (async () => {
    while (!closed.signal.aborted) {
      await deps.clock.sleep(1000, closed.signal);
      const valid = closed.signal.aborted || (await deps.authenticator.stillValid(caller).catch(() => true));
      if (!valid) socket.close(4401, 'the session has ended');
    }
  })();
};

/** The event stream at `/api/v1/events`: state events by topic, and the modules' channels. */
export const serveEvents = (app: FastifyInstance, deps: SocketDeps): void => {
  app.route({
    method: 'GET',
    url: '/api/v1/events',
    preValidation: async (request) => {
      request.caller = await authenticateSocket(request, deps);
    },
    handler: async () => {
      throw new AppError('request.malformed', { reason: 'this address speaks WebSocket' });
    },
    wsHandler: (socket, request) => {
      const caller = request.caller;
      if (caller === undefined) return socket.close(4401);
      closeWhenRevoked(socket, caller, deps);
      return handleSocket(socket, caller, deps);
    },
  });
};

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
  }
}

const handleSocket = (socket: WebSocket, caller: Caller, deps: SocketDeps): void => {
  const outlet = createOutlet(socket);
  const subscriptions = new Map<string, () => void>();

  const subscribe = async ({ topic, after, epoch, compress = false }: Subscribe): Promise<void> => {
    if (subscriptions.has(topic)) return;
    if (subscriptions.size >= maxSubscriptions)
      throw new AppError('request.rate_limited', { retryAfterSeconds: 1 });
    // Taken at once, so that a second request for the topic does not open it twice.
    let ended = false;
    let end = (): void => {
      ended = true;
    };
    const entry = (): void => end();
    subscriptions.set(topic, entry);
    try {
      const channel = deps.channels.find(({ pattern }) => pattern.test(topic));
      const close =
        channel === undefined
          ? await followTopic({ topic, after, epoch }, caller, outlet, deps)
          : await channel.open(caller, channel.pattern.exec(topic)?.[1] ?? '', { after, compress }, outlet);
      if (ended) close();
      else end = close;
    } catch (error) {
      if (subscriptions.get(topic) === entry) subscriptions.delete(topic);
      throw error;
    }
  };

  const receive = async (text: string): Promise<void> => {
    let topic: string | undefined;
    try {
      const message = ClientMessage.parse(JSON.parse(text));
      if (message.type === 'ping') return outlet.send({ type: 'pong' });
      topic = message.topic;
      if (message.type === 'subscribe') return await subscribe(message);
      subscriptions.get(message.topic)?.();
      subscriptions.delete(message.topic);
    } catch (error) {
      const known =
        error instanceof AppError
          ? error
          : new AppError('request.malformed', { reason: 'not a message of this stream' });
      if (!(error instanceof AppError) && topic !== undefined)
        deps.log.warn({ error, topic }, 'a subscription failed');
      outlet.send({
        type: 'error',
        code: known.code,
        detail: known.message,
        ...(topic === undefined ? {} : { topic }),
      });
    }
  };

  socket.on('message', (data) => void receive((data as Buffer).toString()));
  socket.on('close', () => {
    for (const end of subscriptions.values()) end();
  });
};

/** Sends what was missed since `after`, then every event of the topic that the caller may see. */
const followTopic = async (
  { topic, after, epoch }: Pick<Subscribe, 'topic' | 'after' | 'epoch'>,
  caller: Caller,
  outlet: Outlet,
  deps: SocketDeps,
): Promise<() => void> => {
  const source = deps.events.topic(topic);
  if (source === undefined) throw new AppError('request.not_found');
  const scope = scopeOf(caller, source.permission);
  const visible = (event: StoredEvent): boolean =>
    event.topic === topic &&
    (event.projectId === null || reaches(scope, { projectId: event.projectId, ownerId: event.ownerId }));

  const cursor = (seq: number) => ({ seq, epoch: deps.events.epochAt(seq) });

  // Live first, so that nothing falls between the replay and the stream; doubles carry the present row.
  const pending = new Set<string>();
  let sending: Promise<void> | undefined;
  let stopped = false;
  /** All up to here has been sent: what a client that comes back may resume from. */
  let sentTo = deps.events.position;
  const flush = async (): Promise<void> => {
    while (pending.size > 0 && !stopped && !outlet.closed) {
      const upTo = deps.events.position;
      const round = [...pending];
      pending.clear();
      try {
        while (round.length > 0) {
          const rows = await source.load(round.slice(0, loadAtOnce));
          round.splice(0, loadAtOnce);
          if (stopped) return;
          if (round.length === 0) sentTo = Math.max(sentTo, upTo);
          for (const message of rows.values()) outlet.send({ ...message, ...cursor(sentTo) });
          await outlet.drained();
        }
      } catch (error) {
        deps.log.warn({ error, topic }, 'sending events failed; trying again');
        for (const id of round) pending.add(id);
        await deps.clock.sleep(retryMs);
      }
    }
  };
  const push = (events: readonly StoredEvent[]): void => {
    for (const event of events) if (visible(event)) pending.add(event.entityId);
    if (pending.size === 0 || sending !== undefined || isReplaying) return;
    sending = flush().finally(() => {
      sending = undefined;
    });
  };

  let isReplaying = true;
  const unsubscribe = deps.events.subscribe(push);
  const stop = (): void => {
    stopped = true;
    unsubscribe();
  };
  try {
    const from = sentTo;
    let missed: readonly StoredEvent[] = [];
    if (after !== undefined && (after !== from || epoch !== undefined)) {
      missed = await deps.events.readAfter(after, replayLimit);
      const isWhole = missed.length < replayLimit && (await deps.events.isKeptAfter(after, epoch));
      if (isWhole) sentTo = Math.min(after, from);
      else {
        missed = [];
        outlet.send({ type: 'reset', topic, ...cursor(from) });
      }
    }
    outlet.send({ type: 'subscribed', topic, ...cursor(sentTo) });
    isReplaying = false;
    push(missed);
    return stop;
  } catch (error) {
    stop();
    throw error;
  }
};
