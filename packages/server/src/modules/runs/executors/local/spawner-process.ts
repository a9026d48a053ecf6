import type { Duplex } from 'node:stream';
import { LaunchRefused } from '../executor.ts';
import { adoptAttempt, prepareAttempt, removeAttempt } from './attempt-folder.ts';
import { pipesOf, spawnPlan, type Spawned } from './spawn-plan.ts';
import type { HandOver, SpawnerMessage, SpawnerRequest, Start } from './spawner-protocol.ts';
import { runUmask } from './umask.ts';

/**
 * The program that starts runs for the server. It is small, because fork copies the page tables of who calls it:
 * from a server of 300 MB a start blocks for 4 ms, from here for half a millisecond; a folder more, when the disk
 * is at work. What it starts ends with it, and it ends with the server.
 */
process.umask(runUmask);

/** Processes that wait for their launch, by the id of their start. */
const waiting = new Map<number, Spawned & { readonly start: Start }>();

const tell = (message: SpawnerMessage): void => {
  process.send?.(message);
};

const spawnInFolder = async ({ plan, folder, files, uid, waits }: Start): Promise<Spawned> => {
  prepareAttempt(folder, files, uid);
  try {
    return await spawnPlan(plan, folder, uid, waits);
  } catch (error) {
    await removeAttempt(folder);
    throw error;
  }
};

/** Both ways: every pipe of Node's is a socket. */
const handOverOf = (child: Spawned['child']): Duplex => pipesOf(child).at(-1) as Duplex;

const start = async (id: number, start: Start): Promise<number> => {
  const { child, pid } = await spawnInFolder(start);
  if (start.waits) {
    waiting.set(id, { child, pid, start });
    const pipe = handOverOf(child);
    pipe.once('data', () => {
      pipe.pause();
      tell({ kind: 'ready', id });
    });
  }
  child.once('exit', (code, signal) => {
    waiting.delete(id);
    for (const pipe of pipesOf(child)) pipe?.destroy();
    tell({ kind: 'exited', id, code, signal });
  });
  return pid;
};

const handOver = (startId: number, { folder, files, message }: HandOver): number => {
  const found = waiting.get(startId);
  if (found === undefined) throw new Error('The process that waited for a launch has ended');
  waiting.delete(startId);
  const { child, pid, start } = found;
  adoptAttempt(start.folder, folder, files, start.uid);
  handOverOf(child).end(message);
  return pid;
};

const answer = async (request: SpawnerRequest): Promise<void> => {
  const { id } = request;
  try {
    const pid = request.kind === 'start' ? await start(id, request) : handOver(request.startId, request);
    tell({ kind: 'started', id, pid });
  } catch (error) {
    const isRefused = error instanceof LaunchRefused;
    tell({ kind: 'failed', id, isRefused, message: error instanceof Error ? error.message : String(error) });
  }
};

process.on('message', (request: SpawnerRequest) => void answer(request));
process.on('disconnect', () => process.exit());
// A terminal's Ctrl C reaches the whole group; the server decides when its runs end.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
