import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createTestClock } from '../../../../test/test-clock.ts';
import { createLogger } from '../../../kernel/log.ts';
import { createConnections } from './connections.ts';
import { createKeyPair } from './keys.ts';
import {
  deps,
  freePort,
  listen,
  never,
  openWire,
  pass,
  places,
  say,
  type OpenPlace,
} from './ssh-test-kit.ts';
import { SshError } from './target.ts';

const log = createLogger('silent');
const [place] = places;
const obstacle = place?.obstacle;
if (obstacle !== undefined) console.warn(`SKIPPED: connections shared by their users: ${obstacle}`);

describe('Connections', obstacle === undefined ? {} : { skip: obstacle }, () => {
  let machine: OpenPlace;
  before(async () => {
    machine = (await place?.open()) as OpenPlace;
  });
  after(() => machine[Symbol.asyncDispose]());
  const target = () => machine.target;

  test('everyone who uses a machine at the moment shares one connection, and who has it alone keeps it', async () => {
    await using wire = await openWire(target());
    await using connections = createConnections({ ...deps, log });
    const use = () => connections.use('m', wire.target, never);
    const [first, second] = await Promise.all([use(), use()]);
    assert.equal(wire.sockets.size, 1);
    await first[Symbol.asyncDispose]();
    assert.equal(await say(second, 'echo on'), 'on');
    const other = await connections.use('another', wire.target, never);
    assert.equal(wire.sockets.size, 2);
    await Promise.all([second, other].map((each) => each[Symbol.asyncDispose]()));
    await using third = await use();
    assert.equal(await say(third, 'echo again'), 'again');
    assert.equal(wire.sockets.size, 2);
  });

  test('a connection that nobody uses is closed after a minute, not before', async () => {
    const clock = createTestClock();
    await using connections = createConnections({ ...deps, clock, log });
    const first = await connections.use('m', target(), never);
    await first[Symbol.asyncDispose]();
    await pass(clock, 59_000);
    const second = await connections.use('m', target(), never);
    // The minute begins anew with each user.
    await pass(clock, 59_000);
    assert.equal(await say(second, 'echo on'), 'on');
    await second[Symbol.asyncDispose]();
    await pass(clock, 60_000);
    await second.closed;
    await using third = await connections.use('m', target(), never);
    assert.equal(await say(third, 'echo anew'), 'anew');
  });

  test('a connection that broke is made anew', async () => {
    await using wire = await openWire(target());
    await using connections = createConnections({ ...deps, log });
    await using first = await connections.use('m', wire.target, never);
    wire.cut();
    await first.closed;
    await using second = await connections.use('m', wire.target, never);
    assert.equal(await say(second, 'echo anew'), 'anew');
  });

  test('a key that was learnt at first use is the same machine; another way in is another connection', async () => {
    await using wire = await openWire(target());
    await using connections = createConnections({ ...deps, log });
    await using first = await connections.use('m', { ...wire.target, hostKey: undefined }, never);
    await using second = await connections.use('m', { ...wire.target, hostKey: first.hostKey }, never);
    assert.equal(wire.sockets.size, 1);
    await assert.rejects(
      connections.use('m', { ...wire.target, hostKey: createKeyPair().publicKey }, never),
      (error) => error instanceof SshError && error.failure === 'host_key',
    );
    await using third = await connections.use('m', target(), never);
    assert.equal(await say(third, 'echo direct'), 'direct');
    // Those who have the old one keep it.
    assert.equal(await say(second, 'echo still'), 'still');
  });

  test('who gives up waiting leaves the others alone; what nobody waits for is given up', async () => {
    await using silent = await listen(() => undefined);
    const connections = createConnections({ ...deps, clock: createTestClock(), log });
    const hung = { ...target(), addresses: [{ host: '127.0.0.1', port: silent.port }] };
    const [one, two] = [new AbortController(), new AbortController()];
    const [first, second] = [one, two].map(({ signal }) => connections.use('m', hung, signal));
    const reason = new Error('enough');
    one.abort(reason);
    await assert.rejects(first ?? Promise.resolve(), reason);
    const other = await Promise.race([second?.catch(() => 'rejected'), Promise.resolve('waits')]);
    assert.equal(other, 'waits');
    await connections[Symbol.asyncDispose]();
    await assert.rejects(second ?? Promise.resolve(), /nobody uses/);
    await assert.rejects(connections.use('m', target(), never), /closed/);
  });

  test('everyone who waits is told that the machine refuses, and the next one tries again', async () => {
    await using connections = createConnections({ ...deps, log });
    const refusing = { ...target(), addresses: [{ host: '127.0.0.1', port: await freePort() }] };
    const isRefused = (error: unknown): boolean => error instanceof SshError && error.failure === 'refused';
    const all = [1, 2].map(() => connections.use('m', refusing, never));
    for (const each of all) await assert.rejects(each, isRefused);
    await using found = await connections.use('m', target(), never);
    assert.equal(await say(found, 'echo here'), 'here');
  });
});
