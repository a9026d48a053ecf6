import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openVastBed } from '../../test/vast-bed.ts';
import {
  addTraffic,
  changeRates,
  chargesUntil,
  closeBill,
  microsOfTime,
  openBill,
  startGpu,
  stopGpu,
  totalMicros,
} from './bill.ts';

const hour = 3_600_000;
const rates = {
  gpuMicrosPerHour: 360_001,
  diskMicrosPerHour: 2778,
  downMicrosPerGb: 3000,
  upMicrosPerGb: 20_000,
};

test('storage is billed from creation in every state, the GPU only while it runs, to the micro-dollar', () => {
  const from = Date.parse('2026-11-20T10:00:00Z');
  const bill = openBill(rates, from);
  startGpu(bill, rates, from + hour);
  stopGpu(bill, from + 2.5 * hour);
  startGpu(bill, rates, from + 4 * hour);
  closeBill(bill, from + 5 * hour);
  const sum = (kind: string): number =>
    bill.charges.reduce((total, charge) => total + (charge.kind === kind ? charge.micros : 0), 0);
  assert.equal(sum('disk'), 5 * 2778);
  assert.equal(sum('gpu'), 540_002 + 360_001);
  assert.equal(totalMicros(bill, from + 100 * hour), 5 * 2778 + 900_003);
});

test('no line of the bill is longer than a day of UTC', () => {
  const from = Date.parse('2026-11-20T23:00:00Z');
  const lines = chargesUntil(openBill(rates, from), from + 26 * hour);
  assert.deepEqual(
    lines.map(({ fromMs, toMs }) => (toMs - fromMs) / hour),
    [1, 24, 1],
  );
  assert.deepEqual(
    lines.map(({ micros }) => micros),
    [2778, 24 * 2778, 2778],
  );
});

test('a rate is fixed at the time: a change begins a new line', () => {
  const bill = openBill(rates, 0);
  startGpu(bill, rates, 0);
  changeRates(bill, { ...rates, gpuMicrosPerHour: 100 }, hour);
  closeBill(bill, 2 * hour);
  assert.deepEqual(
    bill.charges.filter(({ kind }) => kind === 'gpu').map(({ micros }) => micros),
    [360_001, 100],
  );
});

test('traffic is billed by the gigabyte and direction', () => {
  const bill = openBill(rates, 0);
  addTraffic(bill, rates, { downBytes: 79_100_000_000, upBytes: 1_900_000_000 }, 0);
  assert.deepEqual(
    bill.charges.map(({ kind, micros }) => [kind, micros]),
    [
      ['bwd', 237_300],
      ['bwu', 38_000],
    ],
  );
});

test('a year of the dearest machine is counted without loss', () => {
  assert.equal(microsOfTime(127_999_999, 365 * 24 * hour), 127_999_999 * 365 * 24);
});

test('a machine that was stopped, started, outbid and destroyed is billed for exactly what happened', () => {
  const bed = openVastBed();
  const ask = bed.asks({ type: 'bid', rentable: { eq: true } })[0];
  const id = bed.rent({ price: Number(ask?.['min_bid']) * 3, disk: 40 }, Number(ask?.['id']));
  bed.boot(id);
  bed.advance(1234.567);
  bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'stopped' });
  bed.advance(600);
  bed.call('PUT', `/api/v0/instances/${id}/`, { state: 'running' });
  bed.boot(id);
  bed.advance(100);
  bed.cloud.apply({ kind: 'outbid', contractId: id });
  bed.advance(3);
  bed.call('DELETE', `/api/v0/instances/${id}/`);
  bed.advance(60);

  const truth = bed.cloud.truth()[0];
  assert.ok(truth !== undefined && truth.goneAtMs !== null);
  const contract = bed.cloud.world.state.contracts[id];
  assert.ok(contract !== undefined);
  // The bill again, from nothing but the events.
  let gpuMicros = 0;
  let sinceMs: number | undefined;
  for (const { kind, atMs } of bed.events) {
    if (kind === 'running') sinceMs = atMs;
    else if (['stopped', 'outbid', 'gone', 'offline'].includes(kind) && sinceMs !== undefined) {
      gpuMicros += microsOfTime(contract.rates.gpuMicrosPerHour, atMs - sinceMs);
      sinceMs = undefined;
    }
  }
  const diskMicros = microsOfTime(contract.rates.diskMicrosPerHour, truth.goneAtMs - truth.createdAtMs);
  assert.ok(gpuMicros > 0);
  assert.equal(truth.micros, gpuMicros + diskMicros);
  assert.equal(truth.charges.filter(({ kind }) => kind === 'gpu').length, 2);
  assert.equal(bed.cloud.balanceMicros(501), 10_000_000_000 - truth.micros);

  // What the provider's own report of charges says.
  const day = Math.floor(bed.now() / 86_400_000) * 86_400;
  const filters = encodeURIComponent(JSON.stringify({ day: { gte: day, lte: day + 86_399 } }));
  const { body } = bed.call('GET', `/api/v0/charges/?select_filters=${filters}&format=table&limit=20`);
  const [row] = body['results'] as {
    source: string;
    amount: number;
    items: { type: string; amount: number }[];
  }[];
  assert.equal(row?.source, `instance-${id}`);
  assert.equal(Math.round((row?.amount ?? 0) * 1e6), truth.micros);
  assert.deepEqual(
    row?.items.map(({ type }) => type),
    ['gpu', 'disk'],
  );
});

test('when what was prepaid is used up, machines are stopped and none is rented', () => {
  const bed = openVastBed();
  const id = bed.rent();
  bed.boot(id);
  const { rates } = bed.cloud.contract(id) ?? {};
  const hourMicros = (rates?.gpuMicrosPerHour ?? 0) + (rates?.diskMicrosPerHour ?? 0);
  const left = bed.cloud.balanceMicros(501);
  bed.cloud.apply({ kind: 'credit', accountId: 501, micros: Math.round(3.5 * hourMicros) - left });
  bed.advance(3.4 * 3600);
  assert.equal(bed.instance(id)['actual_status'], 'running');
  bed.advance(0.2 * 3600);
  assert.equal(bed.instance(id)['actual_status'], 'exited');
  assert.match(String(bed.instance(id)['status_msg']), /lacks credit/);
  const owed = bed.cloud.balanceMicros(501);
  assert.ok(owed <= 0 && owed > -hourMicros / 100, `${owed} of ${hourMicros} an hour`);
  const askId = Number(bed.asks()[0]?.['id']);
  const reply = bed.call('PUT', `/api/v0/asks/${askId}/`, { image: 'x', disk: 20 });
  assert.equal(reply.body['error'], 'insufficient_credit');
});
