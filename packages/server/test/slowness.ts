import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

/** What a quiet processor of 3 GHz takes. */
const usual = { loopMs: 25, spawnMs: 2 };

const measureMs = (work: () => void): number => {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
};

const loop = (): void => {
  let sum = 0;
  for (let index = 0; index < 20_000_000; index += 1) sum = Math.imul(sum + index, 31);
  assert.ok(Number.isSafeInteger(sum));
};

/**
 * How many times longer than a quiet host this one takes at this moment, whatever the reason; at least 1. A promise of
 * "within a second" is one of hosts that have the time: elsewhere a test would judge the neighbours.
 */
export const slowness = (): number => {
  const rounds = 5;
  loop();
  const loops = measureMs(loop) / usual.loopMs;
  const spawns = measureMs(() => {
    for (let round = 0; round < rounds; round += 1) spawnSync('/bin/true');
  });
  return Math.max(1, loops, spawns / rounds / usual.spawnMs);
};

/** Fails where something took longer than was promised, beyond what this host is slow. */
export const assertWithin = (startedMs: number, limitMs: number, message = 'it'): void => {
  const tookMs = performance.now() - startedMs;
  if (tookMs < limitMs) return;
  const times = slowness();
  assert.ok(
    tookMs < limitMs * times,
    `${message} took ${Math.round(tookMs)} ms of ${limitMs} on a host that takes ${times.toFixed(1)} times as long`,
  );
};
