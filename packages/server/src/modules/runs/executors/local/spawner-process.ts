import { LaunchRefused } from '../executor.ts';
import { spawnPlan } from './spawn-plan.ts';
import type { SpawnerMessage, SpawnRequest } from './spawner-protocol.ts';
import { runUmask } from './umask.ts';

/**
 * The program that starts runs for the server. It is small, because fork copies the page tables of who calls it:
 * from a server of 300 MB a start blocks for 4 ms, from here for half a millisecond. What it starts ends with it,
 * and it ends with the server.
 */
process.umask(runUmask);

const tell = (message: SpawnerMessage): void => {
  process.send?.(message);
};

const start = async ({ id, plan, folder, uid }: SpawnRequest): Promise<void> => {
  try {
    const { child, pid } = await spawnPlan(plan, folder, uid);
    child.once('exit', (code, signal) => {
      child.stdio[4]?.destroy();
      tell({ kind: 'exited', id, code, signal });
    });
    tell({ kind: 'started', id, pid });
  } catch (error) {
    const isRefused = error instanceof LaunchRefused;
    tell({ kind: 'failed', id, isRefused, message: error instanceof Error ? error.message : String(error) });
  }
};

process.on('message', (request: SpawnRequest) => void start(request));
process.on('disconnect', () => process.exit());
// A terminal's Ctrl C reaches the whole group; the server decides when its runs end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
