import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { key } from '../../test/vast-bed.ts';
import type { Clock } from '../clock.ts';
import { startVast, type RunningVast, type StartOptions } from './index.ts';

const openServer = async (options: Partial<StartOptions> = {}) => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'dumont-vast-'));
  let nowMs = Date.parse('2026-11-20T12:00:00Z');
  const sleepers = new Set<() => void>();
  const clock: Clock = {
    now: () => new Date(nowMs),
    // Whoever sleeps wakes whenever the time moves.
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          sleepers.delete(wake);
          resolve();
        };
        sleepers.add(wake);
        signal?.addEventListener('abort', wake);
      }),
  };
  const start = (more: Partial<StartOptions> = {}): Promise<RunningVast> =>
    startVast({
      port: 0,
      dataFolder,
      seed: 5,
      market: { machines: 40, badShare: 0 },
      accounts: [{ username: 'one', apiKey: key }],
      clock,
      hasLimits: false,
      controlToken: 'control',
      ...options,
      ...more,
    });
  let vast = await start();
  const call = async (method: string, path: string, body?: object, token = key) => {
    const response = await fetch(`${vast.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    dataFolder,
    vast: () => vast,
    start,
    call,
    advance: (seconds: number) => {
      nowMs += seconds * 1000;
      for (const wake of sleepers) wake();
    },
    rent: async (): Promise<number> => {
      const { body } = await call('POST', '/api/v0/bundles/', { rentable: { eq: true }, limit: 1 });
      const [offer] = body['offers'] as { id: number }[];
      const created = await call('PUT', `/api/v0/asks/${offer?.id}/`, {
        image: 'x',
        disk: 20,
        label: 'mine',
      });
      return Number(created.body['new_contract']);
    },
    restart: async (more: Partial<StartOptions> = {}) => {
      await vast[Symbol.asyncDispose]();
      vast = await start(more);
    },
    [Symbol.asyncDispose]: async () => {
      await vast[Symbol.asyncDispose]();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
};

test('machines, boots and the bill go on over a restart, the time between included', async () => {
  await using bed = await openServer();
  const id = await bed.rent();
  bed.advance(1);
  await bed.restart({ seed: 99, market: { machines: 1 } });
  bed.advance(3600);
  const { body } = await bed.call('GET', `/api/v0/instances/${id}/`);
  assert.equal((body['instances'] as { actual_status: string }).actual_status, 'running');
  const [truth] = bed.vast().cloud.truth();
  const contract = bed.vast().cloud.contract(id);
  const expected = Math.round(((contract?.rates.diskMicrosPerHour ?? 0) * 3601) / 3600);
  const disk = truth?.charges
    .filter(({ kind }) => kind === 'disk')
    .reduce((sum, { micros }) => sum + micros, 0);
  assert.ok(Math.abs((disk ?? 0) - expected) <= 1);
});

test('what was answered is there after a kill: the journal alone makes the same cloud', async () => {
  await using bed = await openServer();
  const id = await bed.rent();
  bed.advance(500);
  await bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  bed.advance(7);
  await bed.call('PUT', `/api/v0/instances/${id}/`, { label: 'renamed' });
  // A copy of the folder as a kill would leave it: nothing was closed.
  const copy = `${bed.dataFolder}-copy`;
  await cp(bed.dataFolder, copy, { recursive: true });
  try {
    await using other = await bed.start({ dataFolder: copy });
    assert.deepEqual(other.cloud.truth(), bed.vast().cloud.truth());
    assert.equal(other.cloud.traceHash, bed.vast().cloud.traceHash);
    assert.equal(other.cloud.contract(id)?.label, 'renamed');
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

test('a folder has one simulator', async () => {
  await using bed = await openServer();
  await assert.rejects(bed.start(), /two simulators need two folders/);
  await bed.restart();
});

test('time may run faster than the clock', async () => {
  await using bed = await openServer({ speed: 60 });
  const id = await bed.rent();
  const before = bed.vast().cloud.nowMs;
  bed.advance(60);
  await bed.call('GET', `/api/v0/instances/${id}/`);
  assert.equal(bed.vast().cloud.nowMs - before, 3_600_000);
});

test('a reply that is lost closes the connection', async () => {
  await using bed = await openServer();
  bed.vast().faults.add({ fault: 'lost-after', endpoint: 'create', times: 1 });
  await assert.rejects(bed.rent(), TypeError);
  assert.equal(bed.vast().cloud.contracts().length, 1);
});

test('the control sets faults and worlds and tells the truth, to its bearer only', async () => {
  await using bed = await openServer();
  const id = await bed.rent();
  const control = (method: string, path: string, body?: object, token = 'control') =>
    bed.call(method, `/_simulator/${path}`, body, token);
  assert.equal((await control('GET', 'truth', undefined, key)).status, 403);
  const { body } = await control('GET', 'truth');
  assert.deepEqual(
    (body['contracts'] as { id: number; label: string }[]).map((one) => [one.id, one.label]),
    [[id, 'mine']],
  );
  assert.equal((await control('POST', 'faults', { fault: 'too-many', times: 1 })).status, 200);
  assert.equal((await bed.call('GET', '/api/v1/instances/')).status, 429);
  assert.equal((await control('POST', 'faults', { fault: 'fire' })).status, 400);
  assert.equal((await control('PUT', 'plan', { profile: 'hostile' })).status, 200);
  assert.equal((await control('DELETE', 'faults')).status, 200);
  assert.equal((await control('GET', `contracts/${id}/probe`)).body['outcome'], 'refused');
  const machine = bed.vast().cloud.contract(id)?.machine;
  assert.equal((await control('POST', 'commands', { kind: 'kill-host', machine })).body['success'], true);
  assert.equal((await control('POST', 'commands', { kind: 'outbid', contractId: id })).status, 409);
});

test('without a token there is no control', async () => {
  await using bed = await openServer({ controlToken: undefined } as unknown as Partial<StartOptions>);
  assert.equal((await bed.call('GET', '/_simulator/truth', undefined, 'control')).status, 404);
});
