import type { AgentFigures } from '@dumont/contracts/machines/agent';
import type { Reading } from './reading.ts';

/** In so short a time a single write looks like a flood. */
const shortestMs = 500;

/**
 * The use of processors is given of so many at most: on a machine with 64 a program on one of them would not show
 * beside an idle system, and would be put to sleep.
 */
const mostCores = 4;

/** How fast something has risen; null where a reading is missing, or it fell: then it is not the same counter. */
const rate = (before: number | undefined, after: number | undefined, ms: number): number | null => {
  if (before === undefined || after === undefined) return null;
  return ms < shortestMs || after < before ? null : ((after - before) / ms) * 1000;
};

const round = (value: number): number => Math.round(value * 1000) / 1000;
const orNull = <T>(value: T | undefined, read: (value: T) => number): number | null =>
  value === undefined ? null : round(read(value));

/**
 * What a beat says of the time since the beat before.
 *
 * @param before undefined at the first beat, which therefore knows no rates
 * @param nowMs the machine's clock, as the times of its terminals are in it
 */
export const figuresBetween = (
  before: Reading | undefined,
  after: Reading,
  machine: { readonly cores: number; readonly nowMs: number },
): AgentFigures => {
  const ms = before === undefined ? 0 : after.atMs - before.atMs;
  const cores = rate(before?.totals?.cpuSeconds, after.totals?.cpuSeconds, ms);
  const disk =
    after.totals?.hasHiddenIo === true ? null : rate(before?.totals?.ioBytes, after.totals?.ioBytes, ms);
  const network = rate(before?.networkBytes, after.networkBytes, ms);
  const { terminals } = after;
  const inputMs = terminals?.lastInputMs;
  return {
    cpu_percent:
      cores === null ? null : round(Math.min(100, (100 * cores) / Math.min(machine.cores, mostCores))),
    memory_used_mb: orNull(after.memory, ({ usedMb }) => usedMb),
    memory_total_mb: orNull(after.memory, ({ totalMb }) => totalMb),
    disk_used_gb: orNull(after.disk, ({ usedBytes }) => usedBytes / 1e9),
    disk_total_gb: orNull(after.disk, ({ totalBytes }) => totalBytes / 1e9),
    disk_mbps: disk === null ? null : round(disk / 1e6),
    network_mbps: network === null ? null : round(network / 1e6),
    sessions: terminals === undefined ? null : Math.min(terminals.sessions, 10_000),
    // A clock that was set back would make it the future.
    input_seconds_ago: inputMs === undefined ? null : round(Math.max(0, (machine.nowMs - inputMs) / 1000)),
  };
};

const most = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

/** What a beat that did not arrive had to say goes with the next one: the machine was at work although nobody heard. */
export const joinFigures = (lost: AgentFigures, present: AgentFigures): AgentFigures => ({
  ...present,
  cpu_percent: most(lost.cpu_percent, present.cpu_percent),
  disk_mbps: most(lost.disk_mbps, present.disk_mbps),
  network_mbps: most(lost.network_mbps, present.network_mbps),
});
