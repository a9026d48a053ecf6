import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, constants, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { globalSetup, globalTeardown } from '../global-setup.ts';
import type { History } from './history.ts';

/**
 * Histories of machines in virtual time, each from its seed: what users do, what providers, hosts and processes do to
 * them, and after each step what must hold. `DUMONT_SEEDS=17` tells one whole history, `DUMONT_SEEDS=1-300` runs many.
 */
const [from = 1, to = from] = (process.env['DUMONT_SEEDS'] ?? '1-300').split('-').map(Number);
/** In each thread: while one history waits for its statement, another goes on. */
const lanes = 2;
const shownLines = 40;
/** Far beyond what a history takes, so that one that hangs ends. */
const secondsForEach = 60;

const keepJournal = async (seed: number, journal: readonly string[]): Promise<string> => {
  const folder = join(tmpdir(), 'dumont-histories');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `seed-${seed}.txt`);
  await writeFile(path, `${journal.join('\n')}\n`);
  return path;
};

/** In a thread of its own a history is also free of the hooks by which the test runner follows each promise: a sixth. */
const startThread = (): AsyncDisposable & { run(seed: number): Promise<History> } => {
  const worker = new Worker(new URL('histories-worker.ts', import.meta.url));
  const waiting = new Map<number, PromiseWithResolvers<History>>();
  const fail = (error: unknown): void => {
    for (const { reject } of waiting.values()) reject(error);
  };
  worker.on('message', (history: History) => waiting.get(history.seed)?.resolve(history));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`the thread of a history ended with ${code}`)));
  return {
    run: (seed) => {
      const answer = Promise.withResolvers<History>();
      waiting.set(seed, answer);
      worker.postMessage(seed, []);
      return answer.promise.finally(() => waiting.delete(seed));
    },
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
};

// Virtual time does not mind waiting, and what runs beside it does. The threads inherit it, and so does their database:
// in one that is shared with other tests, their statements would wait for ours.
setPriority(constants.priority.PRIORITY_LOW);
before(globalSetup);
after(globalTeardown);

const timeout = (to - from + 1) * secondsForEach * 1000;

test(`machines are never leaked, lost or billed wrongly: seeds ${from} to ${to}`, { timeout }, async (t) => {
  await using stack = new AsyncDisposableStack();
  let next = from;
  const totals = { histories: 0, kills: 0, statements: 0 };
  const broken: string[] = [];
  const run = async (thread: ReturnType<typeof startThread>): Promise<void> => {
    while (next <= to && broken.length < 5) {
      const seed = next;
      next += 1;
      const history = await thread.run(seed);
      totals.histories += 1;
      totals.kills += history.kills;
      totals.statements += history.statements;
      if (from === to) t.diagnostic(`its whole trace: ${await keepJournal(seed, history.journal)}`);
      else if (totals.histories % 100 === 0) console.log(`${totals.histories} histories`);
      if (history.broken.length === 0) continue;
      const path = await keepJournal(seed, history.journal);
      broken.push(
        `seed ${seed} (DUMONT_SEEDS=${seed} npm run simulate; whole in ${path}):`,
        ...history.broken,
        ...history.trace.slice(-shownLines),
      );
    }
  };
  const threads = Array.from({ length: Math.min(availableParallelism(), to - from + 1) }, () =>
    stack.use(startThread()),
  );
  await Promise.all(threads.flatMap((thread) => Array.from({ length: lanes }, () => run(thread))));
  t.diagnostic(
    `${totals.histories} histories, ${totals.kills} kills of a server, ${totals.statements} statements`,
  );
  assert.equal(broken.join('\n'), '');
});

/** Chosen by lot, killed ones among them. */
const repeated = from === to ? [from] : [from, from + 16, from + 22];

test(
  'the same seed is the same history to the statement, whatever goes on beside it',
  { timeout },
  async () => {
    await using thread = startThread();
    const kills = await Promise.all(
      repeated.map(async (seed) => {
        const once = await thread.run(seed);
        const again = await thread.run(seed);
        const at = once.journal.findIndex((line, index) => line !== again.journal[index]);
        assert.deepEqual(again.journal.slice(at, at + 3), once.journal.slice(at, at + 3), `seed ${seed}`);
        assert.equal(again.journal.length, once.journal.length);
        return once.kills;
      }),
    );
    if (from !== to) assert.ok(Math.max(...kills) > 0, 'none of them was killed');
  },
);
