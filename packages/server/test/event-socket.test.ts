import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Client } from '@dumont/contracts/client';
import { assertWithin } from './slowness.ts';
import { createTestApp, type TestApp } from './test-app.ts';
import { openSocket } from './test-socket.ts';
import { waitFor } from './wait.ts';

let app: TestApp;
before(async () => {
  app = await createTestApp();
});
after(() => app[Symbol.asyncDispose]());

const runToEnd = async (client: Client, command: readonly string[]): Promise<string> => {
  const { id } = await client.startRun({ body: { kind: 'command', command: [...command] } });
  await waitFor(
    `the end of run ${id}`,
    async () => (await client.getRun({ params: { id } })).finishedAt ?? undefined,
  );
  return id;
};

test('a revoked token closes its WebSockets within seconds', async () => {
  const { id, token } = await app.admin.client.createToken({ body: { name: 'passing' } });
  await using socket = await openSocket(app, { token });
  await using compatible = await openSocket(app, { path: '/ws', token });
  const startedMs = performance.now();
  await app.admin.client.deleteToken({ params: { id } });
  const closed = await waitFor('the close', () => socket.closed);
  await waitFor('the close of the compatible socket', () => compatible.closed);
  assert.equal(closed.code, 4401);
  // Two seconds, and what a busy host adds: a socket that is closed by the next renewal would come minutes later.
  assertWithin(startedMs, 10_000);
});

test('a socket whose user has lost rights is closed: it comes back with those that are left', async () => {
  const someone = await app.addPerson('loses', { projects: { [app.defaultProjectId]: 'viewer' } });
  await using socket = await openSocket(app, { token: someone.token });
  await app.admin.client.putMember({
    params: { id: app.defaultProjectId, userId: someone.id },
    body: { role: 'planner' },
  });
  assert.equal((await waitFor('the close', () => socket.closed)).code, 4401);
});

test('after a reconnect the stream goes on where it ended: nothing that happened meanwhile is missing', async () => {
  const { client, token } = app.admin;
  let seen: number;
  {
    await using socket = await openSocket(app, { token });
    socket.send({ type: 'subscribe', topic: 'runs' });
    await socket.message('subscribed');
    const first = await runToEnd(client, ['true']);
    const end = await socket.message(
      'run',
      ({ payload }) => payload.id === first && payload.finishedAt !== null,
    );
    seen = end.seq;
  }
  const meanwhile = await Promise.all(Array.from({ length: 5 }, () => runToEnd(client, ['true'])));
  await using socket = await openSocket(app, { token });
  socket.send({ type: 'subscribe', topic: 'runs', after: seen });
  await socket.message('subscribed');
  const later = await runToEnd(client, ['true']);
  for (const id of [...meanwhile, later]) {
    const message = await socket.message(
      'run',
      ({ payload }) => payload.id === id && payload.finishedAt !== null,
    );
    assert.ok(message.seq >= seen);
    assert.equal(message.payload.state, 'succeeded');
  }
});

test('long parameters are left out of lists and events, and said to be; the run itself has them', async () => {
  const { client, token } = app.admin;
  await using socket = await openSocket(app, { token });
  socket.send({ type: 'subscribe', topic: 'runs' });
  await socket.message('subscribed');
  const start = (environment: Record<string, string>) =>
    client.startRun({ body: { kind: 'command', command: ['true'], environment } });
  // As JSON the one is just within the bound; the other compresses to next to nothing.
  const short = await start({ A: 'x'.repeat(4000) });
  const long = await start({ A: 'x'.repeat(30_000), B: 'y'.repeat(30_000) });
  const whole = async (id: string) => client.getRun({ params: { id } });
  assert.equal(JSON.stringify((await whole(long.id)).params).length > 60_000, true);
  assert.equal('paramsTruncated' in (await whole(long.id)), false);
  const { items } = await client.listRuns();
  const listed = (id: string) => items.find((item) => item.id === id);
  assert.deepEqual(listed(long.id)?.params, {});
  assert.equal(listed(long.id)?.paramsTruncated, true);
  assert.deepEqual(listed(short.id)?.params, short.params);
  assert.equal(listed(short.id)?.paramsTruncated, undefined);
  const { payload } = await socket.message('run', (message) => message.payload.id === long.id);
  assert.deepEqual([payload.params, payload.paramsTruncated], [{}, true]);
  const again = await client.rerunRun({ params: { id: long.id }, idempotencyKey: 'long' });
  const once = await client.rerunRun({ params: { id: long.id }, idempotencyKey: 'long' });
  assert.deepEqual(once.params, again.params);
  assert.deepEqual(again.params, (await whole(long.id)).params);
});

test('events come only from what one may see', async () => {
  const foreignId = await app.addProject('far-away');
  const stranger = await app.addPerson('stranger', { projects: { [foreignId]: 'operator' } });
  const planner = await app.addPerson('planner', { projects: { [app.defaultProjectId]: 'planner' } });
  await using far = await openSocket(app, { token: stranger.token });
  await using own = await openSocket(app, { token: planner.token });
  for (const socket of [far, own]) {
    socket.send({ type: 'subscribe', topic: 'runs' });
    await socket.message('subscribed');
  }
  const hidden = await runToEnd(app.admin.client, ['true']);
  const shown = await runToEnd(stranger.client, ['true']);
  await far.message('run', ({ payload }) => payload.id === shown && payload.finishedAt !== null);
  for (const socket of [far, own])
    assert.ok(!socket.messages.some((message) => message.type === 'run' && message.payload.id === hidden));
  own.send({ type: 'subscribe', topic: `runs/${hidden}/logs` });
  assert.equal((await own.message('error')).code, 'run.not_found');
});

test('whoever watches a log gets every line once, from where they ask, whether the run is over or not', async () => {
  const { client, token } = app.admin;
  const lines = 300;
  const script = `i=1; while [ $i -le ${lines} ]; do echo "line $i"; i=$((i+1)); done`;
  const { id } = await client.startRun({ body: { kind: 'command', command: ['sh', '-c', script] } });
  const watch = async (from: number | undefined): Promise<number[]> => {
    await using socket = await openSocket(app, { token });
    socket.send({
      type: 'subscribe',
      topic: `runs/${id}/logs`,
      ...(from === undefined ? {} : { after: from }),
    });
    await socket.message('log', ({ payload }) =>
      payload.lines.some(({ message }) => message === `line ${lines}`),
    );
    return socket.messages.flatMap((message) =>
      message.type === 'log'
        ? message.payload.lines
            .filter(({ source }) => source === 'stdout')
            .map(({ message: text }) => Number(text.slice(5)))
        : [],
    );
  };
  const all = Array.from({ length: lines }, (_, at) => at + 1);
  const [live] = await Promise.all([watch(0), watch(undefined)]);
  assert.deepEqual(live, all);
  assert.deepEqual(await watch(0), all);
  const page = await client.listRunLogs({ params: { id }, query: { after: 0, limit: 100 } });
  const middle = page.lines.at(-1);
  const rest = await watch(middle?.seq);
  assert.deepEqual(rest, all.slice(all.indexOf(Number(middle?.message.slice(5))) + 1));
});

test('a socket may not subscribe without end', async () => {
  await using socket = await openSocket(app, { token: app.admin.token });
  const id = await runToEnd(app.admin.client, ['true']);
  for (let at = 0; at < 60; at += 1) {
    const topic = `runs/${id.slice(0, -2)}${String(at).padStart(2, '0')}/logs`;
    socket.send({ type: 'subscribe', topic });
  }
  await waitFor('all answers', () => socket.messages.filter(({ type }) => type === 'error').length >= 59);
  socket.send({ type: 'ping' });
  await socket.message('pong');
});
