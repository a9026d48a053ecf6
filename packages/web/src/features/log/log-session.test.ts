import { expect, test } from 'vitest';
import type { LogLine } from '@dumont/contracts/runs/logs';
import type { EventStream, TopicListener } from '../../lib/events/event-stream.ts';
import { makeLines } from '../../testing/make-lines.ts';
import { createTestClock, settle } from '../../testing/test-clock.ts';
import { createLogSession, type LogSessionDeps } from './log-session.ts';

const runId = '0192f0c0-0000-7000-8000-000000000001';

/** A server with a growing log, and the live topic that a session holds. */
const createServer = (initialLines: number) => {
  const log: LogLine[] = makeLines(1, initialLines);
  const queries: Parameters<LogSessionDeps['read']>[0][] = [];
  let listener: TopicListener | undefined;
  let subscriptions = 0;
  let subscribedAfter: number | undefined;
  const failures: Error[] = [];

  const read: LogSessionDeps['read'] = async (query) => {
    queries.push(query);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    const limit = Number(query.limit ?? 500);
    const { after, before } = query;
    const lines =
      after !== undefined
        ? log.filter((line) => line.seq > Number(after)).slice(0, limit)
        : before !== undefined
          ? log.filter((line) => line.seq < Number(before)).slice(-limit)
          : log.slice(-limit);
    return { lines, lastSeq: log.length, systems: [], scannedTo: log.length };
  };
  const stream: Pick<EventStream, 'subscribe'> = {
    subscribe: (_, next, after) => {
      listener = next;
      subscriptions += 1;
      subscribedAfter = after;
      return () => {
        listener = undefined;
      };
    },
  };
  return {
    read,
    stream,
    queries,
    failures,
    after: () => subscribedAfter,
    subscriptions: () => subscriptions,
    isListening: () => listener !== undefined,
    write: (count: number) => {
      const lines = makeLines(log.length + 1, log.length + count);
      log.push(...lines);
      return lines;
    },
    send: (lines: LogLine[]) =>
      listener?.onMessage({ type: 'log', payload: { runId, lines }, seq: lines.at(-1)?.seq ?? 0 }),
    reset: () => listener?.onReset?.(),
  };
};

const open = async (server: ReturnType<typeof createServer>, capacity?: number) => {
  const clock = createTestClock();
  const session = createLogSession({
    runId,
    read: server.read,
    stream: server.stream,
    clock,
    ...(capacity === undefined ? {} : { capacity }),
  });
  await session.start();
  return { session, clock };
};

const expectUnbroken = (lines: readonly LogLine[], from: number, to: number) => {
  expect(lines.length).toBe(to - from + 1);
  expect(lines.every((line, index) => line.seq === from + index)).toBe(true);
};

test('the end is read first, live lines follow from there, and the beginning is read in the background', async () => {
  const server = createServer(12_345);
  const { session } = await open(server);
  expect(server.queries[0]).toEqual({ limit: 1000 });
  expect(server.after()).toBe(12_345);
  expectUnbroken(session.snapshot().lines, 1, 12_345);
  expect(session.snapshot().earlier).toBe(0);
});

test('lines that were already read do not come twice', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  const more = server.write(5);
  server.send([...makeLines(8, 10), ...more]);
  server.send(more);
  await clock.advance(1000);
  expectUnbroken(session.snapshot().lines, 1, 15);
});

test('a hole in the live lines is read before what follows it is shown', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  server.write(6000);
  const last = server.write(2);
  server.send(last);
  await clock.advance(1000);
  expectUnbroken(session.snapshot().lines, 1, 6012);
});

test('a reset reads on from the last line', async () => {
  const server = createServer(10);
  const { session } = await open(server);
  server.write(20);
  server.reset();
  await settle();
  expectUnbroken(session.snapshot().lines, 1, 30);
});

test('lines that the server no longer keeps do not stop the log', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  server.send(makeLines(500, 502));
  await clock.advance(1000);
  expect(session.snapshot().lines.map((line) => line.seq)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 500, 501, 502,
  ]);
});

test('a very long log is read back to a bound and says how much is left', async () => {
  const server = createServer(150_000);
  const { session } = await open(server);
  expect(session.snapshot().earlier).toBe(150_000 - session.snapshot().lines.length);
  expect(session.snapshot().lines.length).toBeGreaterThanOrEqual(100_000);
  await session.readEarlier();
  expectUnbroken(session.snapshot().lines, 1, 150_000);
});

test('a failed first read can be tried again', async () => {
  const server = createServer(3);
  server.failures.push(new Error('gone'));
  const { session } = await open(server);
  expect(session.snapshot().status).toBe('failed');
  expect(server.isListening()).toBe(false);
  await session.start();
  expect(session.snapshot().status).toBe('ready');
  expectUnbroken(session.snapshot().lines, 1, 3);
});

test('a stopped session holds no subscription and shows nothing more', async () => {
  const server = createServer(3);
  const { session, clock } = await open(server);
  server.send(server.write(2));
  session.stop();
  await clock.advance(1000);
  expect(server.isListening()).toBe(false);
  expect(session.snapshot().lines.length).toBe(3);
});

test('stopped and started at once (as React does in development), it listens once and keeps each line once', async () => {
  const server = createServer(1500);
  const clock = createTestClock();
  const session = createLogSession({ runId, read: server.read, stream: server.stream, clock });
  const first = session.start();
  session.stop();
  await Promise.all([first, session.start()]);
  expect(session.snapshot().status).toBe('ready');
  expectUnbroken(session.snapshot().lines, 1, 1500);
  expect(server.isListening()).toBe(true);
  expect(server.subscriptions()).toBe(1);
});

test('what a flood pushes out of memory counts as earlier, and nothing pretends to read it back', async () => {
  const server = createServer(100);
  const { session, clock } = await open(server, 1000);
  for (let round = 0; round < 5; round += 1) {
    server.send(server.write(1000));
    await clock.advance(100);
  }
  const { lines, earlier, full } = session.snapshot();
  expect(full).toBe(true);
  expectUnbroken(lines, 5101 - lines.length, 5100);
  expect(earlier).toBe(5100 - lines.length);
  await session.readEarlier();
  expect(session.snapshot().lines.length).toBe(lines.length);
});

test('lines that the run has and nobody sent are asked for, however often that fails', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  server.write(5);
  server.failures.push(new Error('gone'), new Error('still gone'));
  session.expect(15);
  await clock.advance(1000);
  expect(session.snapshot().lines.length).toBe(10);
  await clock.advance(10_000);
  expectUnbroken(session.snapshot().lines, 1, 15);
});

test('a hole that could not be read is read later, without another line', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  server.write(100);
  server.failures.push(new Error('gone'));
  server.send(server.write(1));
  await clock.advance(100);
  expect(session.snapshot().lines.length).toBe(10);
  await clock.advance(10_000);
  expectUnbroken(session.snapshot().lines, 1, 111);
});

test('lines that come in time are not asked for', async () => {
  const server = createServer(10);
  const { session, clock } = await open(server);
  const asked = server.queries.length;
  session.expect(12);
  server.send(server.write(2));
  await clock.advance(5000);
  expectUnbroken(session.snapshot().lines, 1, 12);
  expect(server.queries.length).toBe(asked);
});
