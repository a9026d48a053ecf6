import { parentPort } from 'node:worker_threads';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { runHistory, type History } from './history.ts';

/** One for each history that goes on at the same time. */
const idle: TestDatabase[] = [];

const run = async (seed: number): Promise<History> => {
  const database = idle.pop() ?? (await createTestDatabase());
  try {
    return await runHistory({ database, seed });
  } finally {
    idle.push(database);
  }
};

parentPort?.on('message', (seed: number) => {
  void run(seed).then((history) => parentPort?.postMessage(history, []));
});
