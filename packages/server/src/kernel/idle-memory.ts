import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookMs = 5000;
const idleUtilization = 0.1;
/**
 * Looks in a row that must be idle: everything stops for 0.15 to 0.35 s while it is given back, which requests that
 * come in bursts would meet again and again. After a start that nobody waited for one is enough.
 */
const idleLooks = 12;

type Collect = (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;

/**
 * What V8 does before it gives up for want of memory: it gives all pages of this thread back that hold nothing. The
 * flag is one for all threads and stays: another may be about to ask.
 */
const collectAll = (): void => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
};

/**
 * Gives memory of this thread back to the host when a busy time is over, and after the start. V8 keeps what it took,
 * because nothing tells it: 120 MB of heap with 45 MB in use, measured after a start.
 */
export const releaseMemoryWhenIdle = (everyMs = lookMs, release = collectAll): Disposable => {
  let needed = 1;
  let looks = 0;
  let idle = 0;
  let before = performance.eventLoopUtilization();
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const isBusy = utilization > idleUtilization;
    looks += 1;
    // The first look is at the start itself: who is asked for anything right after it is not stopped either.
    if (isBusy && looks > 1) needed = idleLooks;
    idle = isBusy ? 0 : idle + 1;
    if (idle !== needed) return;
    release();
    needed = idleLooks;
    idle = needed;
  }, everyMs);
  timer.unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
};
