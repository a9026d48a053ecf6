import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase } from '../database.ts';
import { runHistory } from './history.ts';

/**
 * Histories of machines in virtual time, each from its seed: what users do, what providers, hosts and processes do to
 * them, and after each step what must hold. `DUMONT_SEEDS=17` tells one whole history, `DUMONT_SEEDS=1-300` runs many.
 */
const [from = 1, to = from] = (process.env['DUMONT_SEEDS'] ?? '1-300').split('-').map(Number);
/** Node on one core, PostgreSQL on the other: while one history waits for its statement, another goes on. */
const lanes = 4;
const shownLines = 40;
/** Far beyond what a history takes, so that one that hangs ends. */
const secondsForEach = 60;

const keepTrace = async (seed: number, trace: readonly string[]): Promise<string> => {
  const folder = join(tmpdir(), 'dumont-histories');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `seed-${seed}.txt`);
  await writeFile(path, `${trace.join('\n')}\n`);
  return path;
};

const timeout = (to - from + 1) * secondsForEach * 1000;

test(`machines are never leaked, lost or billed wrongly: seeds ${from} to ${to}`, { timeout }, async (t) => {
  let next = from;
  const totals = { histories: 0, kills: 0, statements: 0 };
  const broken: string[] = [];
  const run = async (): Promise<void> => {
    const database = await createTestDatabase();
    while (next <= to && broken.length < 5) {
      const seed = next;
      next += 1;
      const history = await runHistory({ database, seed });
      totals.histories += 1;
      totals.kills += history.kills;
      totals.statements += history.statements;
      if (from === to) t.diagnostic(`its whole trace: ${await keepTrace(seed, history.trace)}`);
      else if (totals.histories % 100 === 0) console.log(`${totals.histories} histories`);
      if (history.broken.length === 0) continue;
      const path = await keepTrace(seed, history.trace);
      broken.push(
        `seed ${seed} (DUMONT_SEEDS=${seed} npm run simulate; whole in ${path}):`,
        ...history.broken,
        ...history.trace.slice(-shownLines),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, to - from + 1) }, run));
  t.diagnostic(
    `${totals.histories} histories, ${totals.kills} kills of a server, ${totals.statements} statements`,
  );
  assert.equal(broken.join('\n'), '');
});
