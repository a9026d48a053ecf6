import { expect, test } from 'vitest';
import type { ClientMessage, ServerMessage } from '@dumont/contracts/events';
import { makeLines } from '../../testing/make-lines.ts';
import { makeExecution } from '../../testing/make-execution.ts';
import { makeRun } from '../../testing/make-run.ts';
import { createTestClock, settle } from '../../testing/test-clock.ts';
import { createEventStream, type Socket, type TopicListener } from './event-stream.ts';

interface FakeSocket extends Socket {
  readonly ticket: string;
  readonly sent: ClientMessage[];
  closed: boolean;
}

const createWorld = (random = 1) => {
  const clock = createTestClock();
  const sockets: FakeSocket[] = [];
  let tickets = 0;
  const world = { reachable: true };
  const stream = createEventStream({
    clock,
    random: () => random,
    issueTicket: async () => {
      if (!world.reachable) throw new Error('unreachable');
      tickets += 1;
      return `ticket ${tickets}`;
    },
    openSocket: (ticket) => {
      const socket: FakeSocket = {
        ticket,
        sent: [],
        closed: false,
        onopen: null,
        onmessage: null,
        onclose: null,
        send: (data) => socket.sent.push(JSON.parse(data) as ClientMessage),
        close: () => {
          socket.closed = true;
        },
      };
      sockets.push(socket);
      return socket;
    },
  });
  const say = (message: ServerMessage) => sockets.at(-1)?.onmessage?.({ data: JSON.stringify(message) });
  const open = async () => {
    await settle();
    sockets.at(-1)?.onopen?.();
  };
  return { clock, sockets, stream, say, open, world };
};

const recorder = () => {
  const seen: number[] = [];
  const calls: string[] = [];
  const listener: TopicListener = {
    onMessage: (message) => seen.push(message.seq),
    onReset: () => calls.push('reset'),
    onLive: () => calls.push('live'),
  };
  return { seen, calls, listener };
};

const runEvent = (seq: number): ServerMessage => ({ type: 'run', payload: makeRun(seq), seq, epoch: 'e' });

test('it connects with the first listener, with a ticket, and says when it is live', async () => {
  const { stream, sockets, open, say } = createWorld();
  expect(stream.state()).toBe('idle');
  const { listener, calls } = recorder();
  stream.subscribe('runs', listener);
  expect(stream.state()).toBe('connecting');
  await open();
  expect(stream.state()).toBe('live');
  expect(sockets[0]?.ticket).toBe('ticket 1');
  expect(sockets[0]?.sent).toEqual([{ type: 'subscribe', topic: 'runs' }]);
  say({ type: 'subscribed', topic: 'runs', seq: 40 });
  expect(calls).toEqual(['live']);
});

test('an execution goes to those who follow executions', async () => {
  const { stream, open, say } = createWorld();
  const { listener, seen } = recorder();
  stream.subscribe('executions', listener);
  await open();
  say({ type: 'subscribed', topic: 'executions', seq: 40, epoch: 'e' });
  say({ type: 'execution', payload: makeExecution(1), seq: 41, epoch: 'e' });
  expect(seen).toEqual([41]);
});

test('after a break it subscribes again from the last seq that it saw, with a new ticket', async () => {
  const { stream, sockets, open, say, clock } = createWorld();
  const { listener, seen } = recorder();
  stream.subscribe('runs', listener);
  await open();
  say({ type: 'subscribed', topic: 'runs', seq: 40 });
  say(runEvent(41));
  say(runEvent(43));
  sockets[0]?.onclose?.();
  expect(stream.state()).toBe('reconnecting');
  await clock.advance(500);
  await open();
  expect(sockets[1]?.ticket).toBe('ticket 2');
  expect(sockets[1]?.sent).toEqual([{ type: 'subscribe', topic: 'runs', after: 43, epoch: 'e' }]);
  expect(seen).toEqual([41, 43]);
});

test('what the server says of where a topic stands does not skip what is still to come', async () => {
  const { stream, sockets, open, say, clock } = createWorld();
  stream.subscribe('runs', recorder().listener, 10);
  await open();
  say({ type: 'subscribed', topic: 'runs', seq: 90 });
  sockets[0]?.onclose?.();
  await clock.advance(500);
  await open();
  expect(sockets[1]?.sent).toEqual([{ type: 'subscribe', topic: 'runs', after: 10 }]);
});

test('waiting doubles up to half a minute and starts over once a message has come', async () => {
  const { stream, clock, sockets, open, say, world } = createWorld();
  stream.subscribe('runs', recorder().listener);
  await open();
  say({ type: 'pong' });
  world.reachable = false;
  sockets[0]?.onclose?.();
  const attemptsAfter = async (milliseconds: number) => {
    await clock.advance(milliseconds);
    return stream.state();
  };
  for (const delay of [500, 1000, 2000, 4000, 8000, 16_000, 30_000]) {
    expect(await attemptsAfter(delay - 1)).toBe('reconnecting');
    await clock.advance(1);
  }
  world.reachable = true;
  await clock.advance(29_999);
  expect(sockets.length).toBe(1);
  await clock.advance(1);
  await open();
  say({ type: 'pong' });
  sockets[1]?.onclose?.();
  await clock.advance(500);
  expect(sockets.length).toBe(3);
});

test('chance spreads the waiting, but never to nothing', async () => {
  const { stream, clock, sockets, open } = createWorld(0);
  stream.subscribe('runs', recorder().listener);
  await open();
  sockets[0]?.onclose?.();
  await clock.advance(99);
  expect(sockets.length).toBe(1);
  await clock.advance(1);
  expect(sockets.length).toBe(2);
});

test('a connection that falls silent is given up', async () => {
  const { stream, clock, sockets, open } = createWorld();
  stream.subscribe('runs', recorder().listener);
  await open();
  await clock.advance(25_000);
  expect(sockets[0]?.sent.at(-1)).toEqual({ type: 'ping' });
  await clock.advance(10_000);
  expect(sockets[0]?.closed).toBe(true);
  expect(stream.state()).toBe('reconnecting');
});

test('one that answers pings is kept', async () => {
  const { stream, clock, sockets, open, say } = createWorld();
  stream.subscribe('runs', recorder().listener);
  await open();
  for (let round = 0; round < 5; round += 1) {
    await clock.advance(25_000);
    say({ type: 'pong' });
  }
  expect(sockets.length).toBe(1);
  expect(stream.state()).toBe('live');
});

test('waking does not wait for the end of the back-off', async () => {
  const { stream, clock, sockets, open, world } = createWorld();
  stream.subscribe('runs', recorder().listener);
  await open();
  world.reachable = false;
  sockets[0]?.onclose?.();
  await clock.advance(20_000);
  world.reachable = true;
  stream.wake();
  await settle();
  expect(sockets.length).toBe(2);
});

test('log lines go to the listener of their run alone', async () => {
  const { stream, open, say } = createWorld();
  const [mine, other] = [recorder(), recorder()];
  stream.subscribe('runs/a/logs', mine.listener, 5);
  stream.subscribe('runs/b/logs', other.listener, 5);
  await open();
  say({ type: 'log', payload: { runId: 'a', lines: makeLines(6, 9) }, seq: 9 });
  expect(mine.seen).toEqual([9]);
  expect(other.seen).toEqual([]);
});

test('a reset is passed on, and the next break asks from there', async () => {
  const { stream, sockets, clock, open, say } = createWorld();
  const { listener, calls } = recorder();
  stream.subscribe('runs', listener, 3);
  await open();
  say({ type: 'reset', topic: 'runs', seq: 900, epoch: 'f' });
  expect(calls).toEqual(['reset']);
  sockets[0]?.onclose?.();
  await clock.advance(500);
  await open();
  expect(sockets[1]?.sent).toEqual([{ type: 'subscribe', topic: 'runs', after: 900, epoch: 'f' }]);
});

test('the last listener that leaves ends the subscription; stopping closes the connection', async () => {
  const { stream, sockets, clock, open } = createWorld();
  const end = stream.subscribe('alarms', recorder().listener);
  stream.subscribe('runs', recorder().listener);
  await open();
  end();
  expect(sockets[0]?.sent.at(-1)).toEqual({ type: 'unsubscribe', topic: 'alarms' });
  stream.stop();
  expect(sockets[0]?.closed).toBe(true);
  await clock.advance(60_000);
  expect(sockets.length).toBe(1);
});
