import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { figuresBetween, joinFigures } from './figures.ts';
import { joinGpus, parseGpus } from './gpus.ts';
import { readMemory } from './memory.ts';
import { parseNetDev } from './network.ts';
import { parseIo, parseTicks } from './processes.ts';
import type { Reading } from './reading.ts';
import { retrySeconds } from './rhythm.ts';

describe('what nvidia-smi says', () => {
  it('is read for each GPU', () => {
    const gpus = parseGpus(
      'NVIDIA GeForce RTX 4090, 97, 20000, 24564, 66\nNVIDIA GeForce RTX 4090, 0, 3, 24564, 31\n',
    );
    assert.deepEqual(gpus, {
      utilization: 48.5,
      gpu_count: 2,
      gpu_names: ['NVIDIA GeForce RTX 4090', 'NVIDIA GeForce RTX 4090'],
      gpu_utilizations: [97, 0],
      gpu_memory_used: [20000, 3],
      gpu_memory_total: [24564, 24564],
      gpu_temperatures: [66, 31],
    });
  });

  it('is unknown where it is not a number, never 0 (D10)', () => {
    for (const text of [
      '[N/A]',
      '[Not Supported]',
      '[Unknown Error]',
      '[GPU requires reset]',
      'ERR!',
      '',
      '-1',
    ])
      assert.deepEqual(parseGpus(`A100, ${text}, 3, 81920, 31\n`)?.gpu_utilizations, [null], text);
    const mig = parseGpus('A100, [N/A], 3, 81920, 31\nA100, 4, 3, 81920, 31\n');
    assert.deepEqual(mig?.gpu_utilizations, [null, 4]);
    assert.equal(mig?.utilization, null, 'the mean of what is unknown');
  });

  it('is no GPU at all where the driver fails', () => {
    const failed =
      "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that ...\n\n";
    for (const text of [failed, 'No devices were found\n', '', 'a, b\n'])
      assert.equal(parseGpus(text), undefined);
  });

  it('twice in the time of one beat is as much as the higher, and unknown where one of them is', () => {
    const gpus = (uses: string[]) => parseGpus(uses.map((use) => `X, ${use}, 1, 2, 3\n`).join('')) ?? null;
    assert.deepEqual(joinGpus(gpus(['90', '1']), gpus(['0', '7']))?.gpu_utilizations, [90, 7]);
    assert.deepEqual(joinGpus(gpus(['[N/A]', '1']), gpus(['0', '0']))?.gpu_utilizations, [null, 1]);
    assert.equal(joinGpus(gpus(['0']), null), null);
    assert.equal(joinGpus(gpus(['0']), gpus(['0', '0'])), null, 'a GPU that came or went');
  });
});

describe('what the kernel says', () => {
  it('of processes: time with that of ended children, and bytes of disks', () => {
    const stat = '42 (a name) 1 (x) S 1 42 42 0 -1 4194560 1 2 3 4 100 20 30 4 20 0 1 0 555 0 0';
    assert.equal(parseTicks(stat), 154);
    assert.equal(parseTicks('nonsense'), undefined);
    assert.equal(
      parseIo('rchar: 9\nwchar: 9\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n'),
      12_288,
    );
    assert.equal(parseIo(''), undefined);
  });

  it('of the network, without loopback', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0
  eth0: 1000 1 0 0 0 0 0 0 200 1 0 0 0 0 0 0
eth1:30 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0
`;
    assert.equal(parseNetDev(text), 1234);
    assert.equal(parseNetDev(''), undefined);
  });

  it('of memory: the limit of the container, where it has one', () => {
    const meminfo = 'MemTotal:       64000 kB\nMemFree: 1 kB\nMemAvailable:   16000 kB\n';
    assert.deepEqual(readMemory(meminfo, undefined), { usedMb: 49.152, totalMb: 65.536 });
    assert.deepEqual(readMemory(meminfo, { limit: 32e6, used: 8e6 }), { usedMb: 8, totalMb: 32 });
    assert.deepEqual(readMemory(meminfo, { limit: 9e18, used: 8e6 }), { usedMb: 49.152, totalMb: 65.536 });
    assert.equal(readMemory('', undefined), undefined);
  });
});

const reading = (atMs: number, more: Partial<Reading> = {}): Reading => ({
  atMs,
  totals: { cpuSeconds: 100, ioBytes: 1e9, hasHiddenIo: false },
  networkBytes: 5e6,
  memory: { usedMb: 1000, totalMb: 8000 },
  disk: { usedBytes: 5e9, totalBytes: 20e9 },
  terminals: { sessions: 0, lastInputMs: undefined },
  ...more,
});
const machine = { cores: 64, nowMs: 1_000_000 };

describe('the figures of a beat', () => {
  it('are rates since the beat before', () => {
    const after = reading(20_000, {
      totals: { cpuSeconds: 120, ioBytes: 1.2e9, hasHiddenIo: false },
      networkBytes: 25e6,
      terminals: { sessions: 2, lastInputMs: 940_000 },
    });
    assert.deepEqual(figuresBetween(reading(0), after, machine), {
      cpu_percent: 25,
      memory_used_mb: 1000,
      memory_total_mb: 8000,
      disk_used_gb: 5,
      disk_total_gb: 20,
      disk_mbps: 10,
      network_mbps: 1,
      sessions: 2,
      input_seconds_ago: 60,
    });
  });

  it('show one thread at work on a machine of any size', () => {
    const after = reading(10_000, { totals: { cpuSeconds: 110, ioBytes: 1e9, hasHiddenIo: false } });
    const percent = (cores: number) => figuresBetween(reading(0), after, { ...machine, cores }).cpu_percent;
    assert.deepEqual([percent(1), percent(2), percent(4), percent(128)], [100, 50, 25, 25]);
  });

  it('know no rates at the first beat, after a counter that fell, or where nothing could be read', () => {
    const rates = (before: Reading | undefined, after: Reading) => {
      const { cpu_percent, disk_mbps, network_mbps } = figuresBetween(before, after, machine);
      return [cpu_percent, disk_mbps, network_mbps];
    };
    const none = [null, null, null];
    assert.deepEqual(rates(undefined, reading(0)), none);
    assert.deepEqual(rates(reading(0), reading(100)), none, 'so shortly after');
    const lower = { totals: { cpuSeconds: 1, ioBytes: 1, hasHiddenIo: false }, networkBytes: 1 };
    assert.deepEqual(rates(reading(0), reading(9000, lower)), none);
    assert.deepEqual(rates(reading(0), reading(9000, { totals: undefined, networkBytes: undefined })), none);
    const closed = { totals: { cpuSeconds: 100, ioBytes: 1e9, hasHiddenIo: true } };
    assert.deepEqual(rates(reading(0), reading(9000, closed)), [0, null, 0]);
    assert.equal(figuresBetween(undefined, reading(0, { terminals: undefined }), machine).sessions, null);
  });

  it('that did not arrive go with the next beat: work in between is not lost', () => {
    const quiet = figuresBetween(reading(0), reading(9000), machine);
    const busy = { ...quiet, cpu_percent: 80, disk_mbps: null };
    const joined = joinFigures(busy, quiet);
    assert.deepEqual([joined.cpu_percent, joined.disk_mbps, joined.network_mbps], [80, null, 0]);
  });
});

it('a server that is away is asked less and less often, and by no two machines at once', () => {
  const middle = [1, 2, 3, 7, 50].map((failures) => retrySeconds(failures, 0));
  assert.deepEqual(middle, [1, 2, 4, 60, 60]);
  assert.equal(retrySeconds(50, 0.999) < 120, true);
  assert.notEqual(retrySeconds(3, 0.1), retrySeconds(3, 0.2));
});
