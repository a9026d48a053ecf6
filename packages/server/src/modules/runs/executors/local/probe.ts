import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '../executor.ts';
import { attemptFolder, prepareAttempt, readLogTail } from './attempt-folder.ts';
import { controllers, controllersOf, findCgroup } from './cgroup.ts';
import { isolationTraits, type Isolation, type IsolationKind } from './isolation.ts';
import { spawnPlan } from './spawn-plan.ts';
import { runUids } from './uid-pool.ts';
import { withUmask } from './umask.ts';
import { createView } from './view.ts';

const descriptions: Readonly<Record<IsolationKind, string>> = {
  'bubblewrap-root': 'each run is a user of its own inside bubblewrap',
  'bubblewrap-user': "runs have the server's user inside bubblewrap",
  'unshare-root': 'each run is a user of its own inside namespaces made by unshare (slower than bubblewrap)',
  'setpriv-root': 'each run is a user of its own, without namespaces: it sees the file system as others do',
  none: 'nothing confines runs',
};

/**
 * Tries the ways to confine runs, best first, each with a real start, and answers the first that works.
 * Takes some 10 ms.
 */
export const probeIsolation = async (): Promise<Isolation> => {
  const isRoot = process.getuid?.() === 0;
  const kinds: readonly IsolationKind[] = isRoot
    ? ['bubblewrap-root', 'unshare-root', 'setpriv-root']
    : ['bubblewrap-user'];
  const failures: string[] = [];
  for (const kind of process.platform === 'linux' ? kinds : []) {
    const failure = await findObstacle(kind);
    if (failure === undefined) {
      return describe(kind, failures);
    }
    failures.push(`${kind}: ${failure}`);
  }
  if (process.platform !== 'linux') failures.push(`there is no way to do so on ${process.platform}`);
  return describe('none', failures);
};

const describe = (kind: IsolationKind, failures: readonly string[]): Isolation => {
  const cgroup = findCgroup();
  return {
    kind,
    confined: kind !== 'none',
    reason: [descriptions[kind], ...failures, describeLimits(cgroup)].join('; '),
    ...(cgroup === undefined ? {} : { cgroup }),
  };
};

const limited = { memory: 'memory', cpu: 'CPU', pids: 'the number of processes' };

const describeLimits = (cgroup: string | undefined): string => {
  if (cgroup === undefined) {
    return 'no cgroup can be used: memory is limited for each process, CPU and the number of processes not at all';
  }
  const given = controllersOf(cgroup);
  const missing = controllers.filter((name) => !given.includes(name));
  const listOf = (names: typeof given): string => names.map((name) => limited[name]).join(', ');
  return `cgroups in ${cgroup} limit ${listOf(given)}${missing.length === 0 ? '' : `, but not ${listOf(missing)}`}`;
};

/** Any number that a failure does not have. */
const provenCode = 42;
/** In a PID namespace numbers start anew; without one the server's processes must be somebody else's. */
const check = {
  view: `[ $$ -lt 100 ] && : > "$DUMONT_OUTPUT/probe" && : > /dev/shm/probe && exit ${provenCode}`,
  user: `[ "$(id -u)" != 0 ] && : > "$DUMONT_OUTPUT/probe" && exit ${provenCode}`,
};

/** Why runs cannot be started this way, in one line; undefined when they can. */
export const findObstacle = async (kind: IsolationKind): Promise<string | undefined> => {
  const runsDir = realpathSync(mkdtempSync(join(tmpdir(), 'dumont-probe-')));
  try {
    const traits = isolationTraits[kind];
    const uids = traits.hasOwnUsers ? runUids(runsDir) : [];
    const uid = uids[0];
    if (traits.hasOwnUsers && uid === undefined) return 'the user namespace around us has too few users';
    const launch: Launch = {
      runId: 'probe',
      attempt: 1,
      command: ['/bin/sh', '-c', traits.hasView ? check.view : check.user],
      environment: {},
      files: [],
      mounts: [],
      limits: {},
    };
    const folder = attemptFolder(runsDir, launch);
    const view = traits.hasView ? createView({ runsDir, runtimeFolders: [], etc: '/etc' })(folder, []) : [];
    chmodSync(runsDir, 0o711);
    const plan = traits.confinement({ launch, limits: {}, folder, view, uid, groups: [] });
    const { child } = await withUmask(0o022, () => {
      prepareAttempt(folder, launch.files, uid);
      return spawnPlan(plan, folder, uid);
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code === provenCode && existsSync(join(folder.output, 'probe'))) return undefined;
    return readLogTail(folder.stderr) || `the check ended with code ${String(code)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(runsDir, { recursive: true, force: true });
  }
};
