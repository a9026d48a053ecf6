import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../database.ts';
import { runHistory } from './history.ts';

/**
 * Histories of machines in virtual time, each from its seed: what users do, what providers, hosts and processes do to
 * them, and after each step what must hold. `DUMONT_SEEDS=17` tells one whole history, `DUMONT_SEEDS=1-300` runs many.
 */
const [from = 1, to = from] = (process.env['DUMONT_SEEDS'] ?? '1-300').split('-').map(Number);
/** Several processes share them: each takes every so manieth. */
const [share = 0, shares = 1] = (process.env['DUMONT_TEST_SHARE'] ?? '0/1').split('/').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
  (_, index) => index % shares === share,
);
const shownLines = 40;
/** Far beyond what a history takes, so that one that hangs ends. */
const secondsForEach = 60;

/** Outlives the run, whose temporary folder may be in memory. */
const journals = join(import.meta.dirname, '../../../../.cache/histories');

/** Tells the history once more: a seed is the same one to the statement. */
const keepJournal = async (database: TestDatabase, seed: number): Promise<string> => {
  const { journal } = await runHistory({ database, seed, keepsJournal: true });
  await mkdir(journals, { recursive: true });
  const path = join(journals, `seed-${seed}.txt`);
  await writeFile(path, `${journal.join('\n')}\n`);
  return path;
};

// Virtual time does not mind waiting, and what runs beside it does. Our database is our own and gives way as we do: in
// one that is shared with other tests, their statements would wait for ours.
setPriority(constants.priority.PRIORITY_LOW);
delete process.env['DUMONT_TEST_POSTGRES'];

const timeout = (to - from + 1) * secondsForEach * 1000;
const skip = seeds.length === 0 && 'the only seed is in the share of another process';

test(
  `machines are never leaked, lost or billed wrongly: seeds ${from} to ${to}`,
  { timeout, skip },
  async (t) => {
    const totals = { histories: 0, kills: 0, statements: 0 };
    const broken: string[] = [];
    await using database = await createTestDatabase();
    for (const seed of seeds) {
      if (broken.length >= 5) break;
      const history = await runHistory({ database, seed });
      totals.histories += 1;
      totals.kills += history.kills;
      totals.statements += history.statements;
      if (from === to) t.diagnostic(`its whole trace: ${await keepJournal(database, seed)}`);
      else if (totals.histories % 100 === 0) console.log(`${totals.histories} histories`);
      if (history.broken.length === 0) continue;
      const path = await keepJournal(database, seed);
      broken.push(
        `seed ${seed} (DUMONT_SEEDS=${seed} npm run simulate; whole in ${path}):`,
        ...history.broken,
        ...history.trace.slice(-shownLines),
      );
    }
    t.diagnostic(
      `${totals.histories} histories, ${totals.kills} kills of a server, ${totals.statements} statements`,
    );
    assert.equal(broken.join('\n'), '');
  },
);

/** Chosen by lot, killed ones among them. */
const repeated = [0, 8].flatMap((index) => seeds[index] ?? []);

test(
  'the same seed is the same history to the statement, whatever goes on beside it',
  { timeout, skip },
  async () => {
    const kills = await Promise.all(
      repeated.map(async (seed) => {
        await using database = await createTestDatabase();
        const once = await runHistory({ database, seed, keepsJournal: true });
        const again = await runHistory({ database, seed, keepsJournal: true });
        const at = once.journal.findIndex((line, index) => line !== again.journal[index]);
        assert.deepEqual(again.journal.slice(at, at + 3), once.journal.slice(at, at + 3), `seed ${seed}`);
        assert.equal(again.journal.length, once.journal.length);
        return once.kills;
      }),
    );
    if (from !== to) assert.ok(Math.max(...kills) > 0, 'none of them was killed');
  },
);
