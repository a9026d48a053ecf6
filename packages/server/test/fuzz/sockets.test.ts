import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClientMessage } from '@dumont/contracts/events';
import fc from 'fast-check';
import { openSocket } from '../test-socket.ts';
import { fromSchema, spoilt } from './from-schema.ts';
import { nastyValues } from './samples.ts';
import { assertFor } from './settings.ts';
import { createWorld, type World } from './world.ts';

let world: World;
before(async () => {
  world = await createWorld();
});
after(() => world[Symbol.asyncDispose]());

const frames = (): fc.Arbitrary<string | Buffer> => {
  const known = {
    ...world.known,
    fields: {
      topic: fc.oneof(
        fc.constantFrom('runs', 'systems', 'alarms', 'nothing', 'runs/x/logs'),
        fc.constantFrom(...world.known.ids).map((id) => `runs/${id}/logs`),
        fc.constant(`runs/${'-'.repeat(36)}/logs`),
      ),
      after: fc.constantFrom(0, 1, -1, 2 ** 31, 2 ** 53 - 1, 1.5),
    },
  };
  const good = fromSchema(ClientMessage, known);
  const text = (value: unknown): string => JSON.stringify(value) ?? 'undefined';
  return fc.oneof(
    { weight: 4, arbitrary: good.map(text) },
    { weight: 4, arbitrary: spoilt(good).map(text) },
    { weight: 1, arbitrary: fc.constantFrom(...nastyValues).map(text) },
    { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '\u0000', '['.repeat(10_000)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)) },
  );
};

test(
  'whatever a client sends over the event stream, the next message is answered as ever',
  { timeout: 120_000 },
  async (context) => {
    await assertFor(context, fc.array(frames(), { minLength: 1, maxLength: 5 }), async (messages) => {
      await using socket = await openSocket(world.app, { token: world.app.admin.token });
      for (const message of messages) socket.sendText(message);
      const tooLarge = messages.some((message) => Buffer.byteLength(message) > 64 * 1024);
      if (tooLarge) return;
      socket.send({ type: 'ping' });
      await socket.message('pong');
      for (const message of socket.messages) {
        if (message.type !== 'error') continue;
        assert.match(message.code, /^(request\.(malformed|not_found|rate_limited)|run\.not_found)$/);
      }
    });
  },
);

test(
  'whatever a client sends over the compatible stream, the server stays',
  { timeout: 120_000 },
  async (context) => {
    await assertFor(context, fc.array(frames(), { minLength: 1, maxLength: 5 }), async (messages) => {
      await using socket = await openSocket(world.app, { path: '/ws', token: world.app.admin.token });
      for (const message of messages) socket.sendText(message);
      assert.equal((await world.app.request('/health')).status, 200);
    });
  },
);

test('a frame that is larger than allowed closes its socket, not the server', async () => {
  await using socket = await openSocket(world.app, { token: world.app.admin.token });
  socket.sendText('x'.repeat(100 * 1024));
  while (socket.closed === undefined) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(socket.closed.code, 1009);
  const errors = world.app.logLines.filter((line) => line.includes('"level":"error"'));
  assert.deepEqual(errors, []);
});
