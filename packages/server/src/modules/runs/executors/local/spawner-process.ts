import { LaunchRefused } from '../executor.ts';
import { prepareAttempt, removeAttempt } from './attempt-folder.ts';
import { spawnPlan, type Spawned } from './spawn-plan.ts';
import type { SpawnerMessage, SpawnRequest } from './spawner-protocol.ts';
import { runUmask } from './umask.ts';

/**
 * The program that starts runs for the server. It is small, because fork copies the page tables of who calls it:
 * from a server of 300 MB a start blocks for 4 ms, from here for half a millisecond; a folder more, when the disk
 * is at work. What it starts ends with it, and it ends with the server.
 */
process.umask(runUmask);

const tell = (message: SpawnerMessage): void => {
  process.send?.(message);
};

const spawnInFolder = async ({ plan, folder, files, uid }: SpawnRequest): Promise<Spawned> => {
  prepareAttempt(folder, files, uid);
  try {
    return await spawnPlan(plan, folder, uid);
  } catch (error) {
    await removeAttempt(folder);
    throw error;
  }
};

const start = async (request: SpawnRequest): Promise<void> => {
  const { id } = request;
  try {
    const { child, pid } = await spawnInFolder(request);
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
