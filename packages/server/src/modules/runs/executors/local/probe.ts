import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Launch } from '../executor.ts';
import { attemptFolder, prepareAttempt, readLogTail } from './attempt-folder.ts';
import { createEtcFolder } from './etc-folder.ts';
import { isolationTraits, type Isolation, type IsolationKind } from './isolation.ts';
import { spawnPlan } from './spawn-plan.ts';
import { runUids } from './uid-pool.ts';
import { createView } from './view.ts';

const descriptions: Readonly<Record<IsolationKind, string>> = {
  'bubblewrap-root': 'each run is a user of its own inside bubblewrap',
  'bubblewrap-user': "runs have the server's user inside bubblewrap",
  'unshare-root': 'each run is a user of its own inside namespaces made by unshare (slower than bubblewrap)',
  none: 'nothing confines runs',
};

/**
 * Tries the ways to confine runs, best first, each with a real start, and answers the first that works.
 * Takes some 10 ms.
 */
export const probeIsolation = async (): Promise<Isolation> => {
  const isRoot = process.getuid?.() === 0;
  const kinds: readonly IsolationKind[] = isRoot ? ['bubblewrap-root', 'unshare-root'] : ['bubblewrap-user'];
  const failures: string[] = [];
  for (const kind of process.platform === 'linux' ? kinds : []) {
    const failure = await tryKind(kind);
    if (failure === undefined) {
      return { kind, confined: true, reason: [descriptions[kind], ...failures].join('; ') };
    }
    failures.push(`${kind}: ${failure}`);
  }
  if (process.platform !== 'linux') failures.push(`there is no way to do so on ${process.platform}`);
  return { kind: 'none', confined: false, reason: [descriptions.none, ...failures].join('; ') };
};

/** Proves by its exit code that the check ran in a PID namespace and as whom; the number means nothing else. */
const provenCode = 42;
const check = `[ $$ -lt 100 ] && : > "$DUMONT_OUTPUT/probe" && : > /dev/shm/probe && exit ${provenCode}`;

/** Undefined when runs can be started this way, else the reason in one line. */
const tryKind = async (kind: IsolationKind): Promise<string | undefined> => {
  const runsDir = realpathSync(mkdtempSync(join(tmpdir(), 'dumont-probe-')));
  try {
    const traits = isolationTraits[kind];
    const uids = traits.hasOwnUsers ? runUids() : [];
    const uid = uids[0];
    if (traits.hasOwnUsers && uid === undefined) return 'the user namespace around us has too few users';
    const launch: Launch = {
      runId: 'probe',
      attempt: 1,
      command: ['/bin/sh', '-c', check],
      environment: {},
      files: [],
      mounts: [],
      limits: {},
    };
    const folder = attemptFolder(runsDir, launch);
    const etc = await createEtcFolder(join(runsDir, '.etc'), uids);
    const view = createView({ runsDir, runtimeFolders: [], etc: etc.path })(folder, []);
    const logs = prepareAttempt(folder, launch, uid);
    try {
      const { child } = await spawnPlan(traits.confinement({ launch, folder, view, uid }), folder, logs, uid);
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code === provenCode && existsSync(join(folder.output, 'probe'))) return undefined;
      return readLogTail(folder.stderr) || `the check ended with code ${String(code)}`;
    } finally {
      logs.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(runsDir, { recursive: true, force: true });
  }
};
