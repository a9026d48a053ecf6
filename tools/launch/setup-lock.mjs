import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say, SetupError } from './steps.mjs';

const pollMs = 200;
const unfinishedLockMs = 5_000;

/**
 * Takes the lock that set-up steps of one checkout share: two `npm ci` at once delete each other's files.
 * It is a folder that names its owners as `pid start` lines. A lock whose owners are all gone is taken over.
 * The child that works under it is an owner too: it goes on after a KILL of the launcher.
 *
 * @param {string} path the lock's folder
 * @returns {Promise<{addOwner(pid: number): void, release(): void}>}
 * @throws {SetupError} when others hold it for longer than `waitSeconds`
 */
export async function takeSetupLock(path, { waitSeconds = 900 } = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const deadline = Date.now() + waitSeconds * 1000;
  for (let told = false; ;) {
    if (tryTake(path)) return held(path);
    const owners = readOwners(path);
    if (isStale(path, owners)) {
      breakLock(path);
      continue;
    }
    if (Date.now() > deadline) {
      throw new SetupError(
        `Another set-up (process ${pids(owners)}) holds ${path}: end it, or delete that folder.`,
      );
    }
    if (!told) say(`Waiting for another set-up of this checkout (process ${pids(owners)})`);
    told = true;
    await sleep(pollMs);
  }
}

function held(path) {
  const owners = [process.pid];
  const release = () => {
    process.off('exit', release);
    rmSync(path, { recursive: true, force: true });
  };
  process.on('exit', release);
  return {
    addOwner(pid) {
      owners.push(pid);
      writeOwners(path, owners);
    },
    release,
  };
}

function tryTake(path) {
  try {
    mkdirSync(path);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeOwners(path, [process.pid]);
  return true;
}

const writeOwners = (path, owners) =>
  writeFileSync(join(path, 'owners'), owners.map((pid) => `${pid} ${startOf(pid)}\n`).join(''));

function readOwners(path) {
  try {
    const lines = readFileSync(join(path, 'owners'), 'utf8').trim().split('\n');
    return lines.filter(Boolean).map((line) => {
      const [pid, start] = line.split(' ');
      return { pid: Number(pid), start };
    });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

const pids = (owners) => owners.map((owner) => owner.pid).join(', ') || 'unknown';

/** Between `mkdir` and the owners' file a lock has no owner: only an old one of that kind was left by a crash. */
function isStale(path, owners) {
  if (owners.length > 0) return !owners.some(isAlive);
  const age = ageMs(path);
  return age !== undefined && age > unfinishedLockMs;
}

function ageMs(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive({ pid, start }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    if (error.code !== 'EPERM') throw error;
  }
  // Pids repeat, after a reboot and in containers: the start time tells them apart.
  return startOf(pid) === start;
}

/** Start of a process in clock ticks since boot (field 22 of /proc/<pid>/stat); `-` where there is no /proc. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}

/**
 * Removes a stale lock. Two processes may see the same stale lock, and the slower one must not remove the
 * lock that the faster one has taken since: so it is judged again under a second lock, held for an instant.
 */
function breakLock(path) {
  const guard = `${path}.break`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const age = ageMs(guard);
    if (age !== undefined && age > unfinishedLockMs) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isStale(path, readOwners(path))) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}
