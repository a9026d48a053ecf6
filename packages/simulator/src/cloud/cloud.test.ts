import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm, openVastBed, startMs, type Bed } from '../../test/vast-bed.ts';
import { createCloud, type CloudState } from './index.ts';

/** Rents, stops, starts and destroys in a rough market for some hours. */
const live = (bed: Bed, steps = 60): void => {
  for (let step = 0; step < steps; step++) {
    const asks = bed.asks({ type: step % 3 === 0 ? 'bid' : 'on-demand', rentable: { eq: true } });
    const ask = asks[step % asks.length];
    const price = step % 3 === 0 ? { price: Number(ask?.['min_bid']) * 1.1 } : {};
    bed.call('PUT', `/api/v0/asks/${String(ask?.['id'])}/`, {
      image: 'x',
      disk: 10,
      label: `l${step % 4}`,
      ...price,
    });
    bed.advance(97);
    const ids = bed.cloud.contracts().map(({ id }) => id);
    const id = ids[step % ids.length] ?? 0;
    if (step % 4 === 1) bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
    if (step % 4 === 2) bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'running' });
    if (step % 4 === 3) bed.call('DELETE', '/api/v0/instances/', { instance_ids: [id] });
  }
};

const rough = { market: { machines: 60, badShare: 0.4 } };

test('one seed and the same calls give one trace', () => {
  const traces = [1, 1, 2].map((seed) => {
    const bed = openVastBed({ ...rough, seed });
    live(bed);
    return [bed.cloud.traceHash, JSON.stringify(bed.cloud.snapshot())];
  });
  assert.deepEqual(traces[0], traces[1]);
  assert.notEqual(traces[0]?.[0], traces[2]?.[0]);
});

test('a cloud that is stored and opened again in the middle of boots goes on as if nothing had been', () => {
  const whole = openVastBed(rough);
  live(whole, 30);
  whole.advance(5);
  const half = createCloud({ snapshot: JSON.parse(JSON.stringify(whole.cloud.snapshot())) as CloudState });
  for (const cloud of [whole.cloud, half]) {
    for (const seconds of [1, 20, 300, 7200]) cloud.advanceTo(cloud.nowMs + seconds * 1000);
    cloud.apply({ kind: 'destroy', contractIds: cloud.contracts().map(({ id }) => id) });
    cloud.advanceTo(cloud.nowMs + 60_000);
  }
  assert.equal(half.traceHash, whole.cloud.traceHash);
  assert.deepEqual(half.truth(), whole.cloud.truth());
  assert.deepEqual(half.contracts(), []);
});

test('reading changes nothing: how often one looks does not move the market or a fate', () => {
  const quiet = openVastBed(rough);
  const curious = openVastBed(rough);
  const [askId] = quiet.asks().map(({ id }) => Number(id));
  for (const bed of [quiet, curious]) {
    const id = bed.rent({}, askId ?? 0);
    for (let second = 0; second < 120; second++) {
      if (bed === curious) {
        bed.asks();
        bed.instance(id);
        bed.cloud.probe(id);
      }
      bed.advance(1);
    }
  }
  assert.equal(curious.cloud.traceHash, quiet.cloud.traceHash);
});

test('boot times are heavy-tailed, and bad machines are bad again', () => {
  const bed = openVastBed({ market: { machines: 400, badShare: 0.3 } });
  const machines = Array.from({ length: 400 }, (_, index) => bed.cloud.machine(index));
  const share = machines.filter(({ flaw }) => flaw !== undefined).length / 400;
  assert.ok(share > 0.22 && share < 0.38, `share of bad machines ${share}`);
  const boots = bed
    .asks({ num_gpus: { eq: 1 }, rentable: { eq: true } })
    .filter(({ machine_id }) => machines[Number(machine_id) - 10_000]?.flaw === undefined)
    .slice(0, 120)
    .map(({ id }) => {
      const contract = bed.cloud.contract(bed.rent({}, Number(id)));
      return (contract?.fate.bootMs ?? 0) / 1000;
    })
    .toSorted((a, b) => a - b);
  const median = boots[60] ?? 0;
  const p95 = boots[114] ?? 0;
  assert.ok(median > 24 && median < 50, `median ${median}`);
  assert.ok(p95 > 2.2 * median, `p95 ${p95} of median ${median}`);
});

test('prices move, stay near their level, and a bid has a floor below the price', () => {
  const bed = openVastBed({ market: { ...calm, machines: 20 } });
  const prices: number[] = [];
  for (let step = 0; step < 200; step++) {
    const [ask] = bed.asks({ num_gpus: { eq: 1 }, order: [['machine_id', 'asc']] });
    prices.push(Number(ask?.['dph_base']));
    assert.ok(Number(ask?.['min_bid']) > 0);
    bed.advance(600);
  }
  const low = Math.min(...prices);
  const high = Math.max(...prices);
  assert.ok(new Set(prices).size > 100, 'the price stands still');
  assert.ok(high / low > 1.1 && high / low < 3, `from ${low} to ${high}`);
});

test('every flaw shows what it is called', () => {
  const expected = {
    'stuck-loading': ['loading', 'refused'],
    'oci-failure': ['created', 'refused'],
    'ssh-refuses': ['running', 'refused'],
    'ssh-hangs': ['running', 'hangs'],
    'wrong-host-key': ['running', 'ok'],
    'slow-link': ['running', 'ok'],
    dies: ['offline', 'timeout'],
  } as const;
  for (const [flaw, [status, outcome]] of Object.entries(expected)) {
    const bed = openVastBed();
    const ask = bed.asks()[0];
    const machine = Number(ask?.['machine_id']) - 10_000;
    bed.cloud.apply({ kind: 'force-flaw', machine, flaw: flaw as keyof typeof expected });
    const id = bed.rent({}, Number(ask?.['id']));
    const fate = bed.cloud.contract(id)?.fate;
    const wait = (fate?.bootMs ?? 0) + (fate?.sshDelayMs ?? 0) + (fate?.diesAfterMs ?? 0) + 1000;
    bed.advance(wait / 1000);
    const probe = bed.cloud.probe(id);
    assert.deepEqual([bed.instance(id)['actual_status'], probe.outcome], [status, outcome], flaw);
    if (flaw === 'oci-failure')
      assert.match(String(bed.instance(id)['status_msg']), /OCI runtime create failed/);
    if (flaw === 'wrong-host-key') assert.notEqual(probe.hostKey, bed.cloud.hostKey(id));
    else if (probe.outcome === 'ok') assert.equal(probe.hostKey, bed.cloud.hostKey(id));
  }
});

test('an outbid machine is stopped, not destroyed: its storage goes on, its files stay, and it comes back', () => {
  const bed = openVastBed();
  const ask = bed.asks({ type: 'bid', rentable: { eq: true } })[0];
  const id = bed.rent({ price: Number(ask?.['min_bid']) * 20 }, Number(ask?.['id']));
  bed.boot(id);
  bed.cloud.apply({ kind: 'write-file', contractId: id, path: '/workspace/a', text: 'kept' });
  bed.cloud.apply({ kind: 'outbid', contractId: id });
  const instance = bed.instance(id);
  assert.deepEqual([instance['actual_status'], instance['intended_status']], ['stopped', 'running']);
  assert.equal(bed.cloud.probe(id).outcome, 'refused');
  const before = bed.cloud.truth()[0]?.micros ?? 0;
  bed.advance(120);
  const diskMicros = Math.round(((bed.cloud.contract(id)?.rates.diskMicrosPerHour ?? 0) * 120) / 3600);
  assert.ok(Math.abs((bed.cloud.truth()[0]?.micros ?? 0) - before - diskMicros) <= 1);
  bed.boot(id);
  assert.equal(bed.cloud.contract(id)?.files['/workspace/a'], 'kept');
});

test('a host that is killed takes its machines out of sight, unbilled for their GPU, until it is back', () => {
  const bed = openVastBed();
  const id = bed.rent();
  bed.boot(id);
  const machine = bed.cloud.contract(id)?.machine ?? 0;
  bed.cloud.apply({ kind: 'kill-host', machine, forMs: 600_000 });
  assert.equal(bed.instance(id)['actual_status'], 'offline');
  assert.equal(bed.cloud.probe(id).outcome, 'timeout');
  const gpuLines = (): number =>
    bed.cloud.truth()[0]?.charges.filter(({ kind }) => kind === 'gpu').length ?? 0;
  assert.equal(gpuLines(), 1);
  assert.ok(!bed.asks().some((ask) => Number(ask['machine_id']) === machine + 10_000));
  bed.advance(601);
  assert.equal(bed.instance(id)['actual_status'], 'running');
  bed.advance(1);
  assert.equal(gpuLines(), 2);
});

test('a machine whose GPUs were let to others while it was stopped waits for them', () => {
  const bed = openVastBed({ market: { machines: 30, badShare: 0 } });
  const id = bed.rent();
  bed.boot(id);
  bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  bed.advance(30);
  const machine = bed.cloud.contract(id)?.machine ?? 0;
  const start = (): void => {
    const { status, body } = bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'running' });
    assert.deepEqual([status, body['success'], body['error']], [200, false, 'resources_unavailable']);
  };
  bed.cloud.apply({ kind: 'kill-host', machine });
  start();
  bed.cloud.apply({ kind: 'revive-host', machine });
  bed.boot(id);

  bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  bed.advance(30);
  const { numGpus } = bed.cloud.machine(machine);
  bed.cloud.apply({ kind: 'force-demand', machine, numGpus });
  start();
  bed.advance(24 * 3600);
  assert.equal(bed.instance(id)['actual_status'], 'exited');
  bed.cloud.apply({ kind: 'force-demand', machine, numGpus: 0 });
  bed.boot(id);
});

test('a host that nobody else wants is free at any hour, until the market says again', () => {
  const bed = openVastBed({ market: { machines: 10, badShare: 0 } });
  const wanted = (): boolean =>
    Array.from({ length: 24 }, () => {
      bed.advance(3600);
      return bed.asks({ machine_id: { eq: 10_000 }, rentable: { eq: false } }).length;
    }).some((count) => count > 0);
  bed.cloud.apply({ kind: 'force-demand', machine: 0, numGpus: 0 });
  assert.equal(wanted(), false);
  bed.cloud.apply({ kind: 'force-demand', machine: 0, numGpus: null });
  assert.equal(wanted(), true);
});

test('recycling makes a new container: an empty disk and another host key', () => {
  const bed = openVastBed();
  const id = bed.rent();
  bed.boot(id);
  const before = bed.cloud.hostKey(id);
  bed.cloud.apply({ kind: 'write-file', contractId: id, path: '/workspace/a', text: 'lost' });
  bed.call('PUT', `/api/v0/instances/reboot/${id}/`, {});
  bed.boot(id);
  assert.equal(bed.cloud.hostKey(id), before);
  bed.call('PUT', `/api/v0/instances/recycle/${id}/`, {});
  bed.boot(id);
  assert.notEqual(bed.cloud.hostKey(id), before);
  assert.deepEqual(bed.cloud.contract(id)?.files, {});
});

test('time never goes back, and a world begins when it is told', () => {
  const { cloud } = openVastBed();
  assert.equal(cloud.nowMs, startMs);
  cloud.advanceTo(startMs - 1);
  assert.equal(cloud.nowMs, startMs);
});
