// Each process of tests is tied to one core, together with the PostgreSQL that it speaks with and all that it starts. A
// virtual machine pays dearly for waking a process on another core, and tests wake their database for every statement:
// tied to one core, histories take half of the time, and a suite on one of two cores as long as before on both.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/** As many as cores. */
export const laneCount = availableParallelism();

/**
 * The first lane that no other process of the folder is in. This process is tied to it until it ends, and finds the
 * PostgreSQL of the lane in DUMONT_TEST_POSTGRES.
 */
export function enterLane(folder) {
  for (let lane = 0; ; lane += 1) {
    const path = join(folder, `lane-${lane}`);
    if (!take(path)) continue;
    process.once('exit', () => rmSync(path, { force: true }));
    const postgres = process.env[`DUMONT_TEST_POSTGRES_${lane % laneCount}`];
    if (postgres !== undefined) process.env.DUMONT_TEST_POSTGRES = postgres;
    tieToLane(process.pid, lane);
    return;
  }
}

/**
 * Ties a process to the core of a lane, with its threads and what it starts from now on. It stays free without `taskset`,
 * and where there are more cores than we are given the time of: others may have been tied to the same ones.
 */
export function tieToLane(pid, lane) {
  const cores = usableCores();
  if (cores.length < 2 || cores.length !== laneCount) return;
  spawnSync('taskset', [
    '--all-tasks',
    '--cpu-list',
    '--pid',
    String(cores[lane % cores.length]),
    String(pid),
  ]);
}

/** Makes a file; true for the first who asks. */
export function take(path) {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Their numbers, such as 0-1 or 2,5,8-9; none where Linux does not say. */
function usableCores() {
  try {
    const [, list] = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    return list.split(',').flatMap((range) => {
      const [from, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  } catch {
    return [];
  }
}
