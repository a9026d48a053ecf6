import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../src/lib/random.ts';
import { resultOf } from '../testing/run-in-process.ts';
import { app } from './app.ts';
import { type Instance, isRenewable, precedencesOf } from './data.ts';

const folder = import.meta.dirname;

test('random projects: mip proves what trying everything finds, the search finds the same', async () => {
  const random = seededRandom('projects');
  for (let round = 0; round < 15; round++) {
    const instance = randomProject(random, { hasStocks: round % 3 > 0, jobs: 3 + (round % 3) });
    const best = earliestByTrying(instance);
    for (const solver of ['mip', 'default']) {
      const config = { solver, rounds: solver === 'mip' ? 10 : 400, timeLimit: 60 };
      const result = await resultOf(folder, app, { task: 'solve', instance, config });
      const about = `round ${round}, ${solver}, ${result.status}`;
      assert.equal(result.objective ?? undefined, best, about);
      assert.equal(result.solutionChecks, null, about);
      if (best === undefined) assert.equal(result.status, 'infeasible', about);
      else if (solver === 'mip') assert.equal(result.status, 'optimal', about);
    }
  }
});

const randomProject = (random: () => number, kind: { hasStocks: boolean; jobs: number }): Instance => {
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const ids = Array.from({ length: kind.jobs }, (_, index) => index + 1);
  const resources = [
    { id: 'R 1', available: 3 + upTo(2) },
    { id: 'R 2', available: 3 + upTo(2) },
    ...(kind.hasStocks
      ? [
          { id: 'N 1', available: 2 * kind.jobs - upTo(3) },
          { id: 'N 2', available: 2 * kind.jobs - upTo(3) },
        ]
      : []),
  ];
  const modes = ids.flatMap((job) => [1, 2].map((mode) => ({ job, mode, duration: upTo(4) })));
  return {
    // Ids against the order of precedence: nothing may rest on their order.
    jobs: ids.flatMap((id) =>
      ids.filter((other) => other < id && random() < 0.3).map((successor) => ({ id, successor })),
    ),
    durations: modes,
    needs: modes.flatMap(({ job, mode }) =>
      resources.map(({ id }) => ({ job, mode, resource: id, need: upTo(3) })),
    ),
    resources,
  };
};

/** All modes, and all orders of beginning, each job at the first period at which nothing is overused. */
const earliestByTrying = (instance: Instance): number | undefined => {
  const pairs = precedencesOf(instance);
  const needOf = (job: number, mode: number, resource: string): number =>
    instance.needs.find((row) => row.job === job && row.mode === mode && row.resource === resource)?.need ??
    0;
  const ids = [...new Set(instance.durations.map(({ job }) => job))];
  const renewable = instance.resources.filter(isRenewable);
  const stocks = instance.resources.filter((resource) => !isRenewable(resource));
  let best: number | undefined;
  type Placed = { readonly job: number; readonly mode: number; readonly start: number; readonly end: number };
  const place = (placed: readonly Placed[]): void => {
    if (placed.length === ids.length) {
      const end = Math.max(...placed.map((row) => row.end));
      if (best === undefined || end < best) best = end;
    }
    const open = ids.filter(
      (id) =>
        placed.every(({ job }) => job !== id) &&
        pairs.every(({ before, after }) => after !== id || placed.some(({ job }) => job === before)),
    );
    for (const job of open) {
      for (const { mode, duration } of instance.durations.filter((row) => row.job === job)) {
        const isPaid = stocks.every(
          ({ id, available }) =>
            placed.reduce((sum, row) => sum + needOf(row.job, row.mode, id), needOf(job, mode, id)) <=
            available,
        );
        if (!isPaid) continue;
        const from = placed.filter((row) =>
          pairs.some((pair) => pair.before === row.job && pair.after === job),
        );
        const isFree = (start: number): boolean =>
          Array.from({ length: duration }, (_, offset) => start + offset).every((time) =>
            renewable.every(
              ({ id, available }) =>
                placed
                  .filter((row) => row.start <= time && time < row.end)
                  .reduce((sum, row) => sum + needOf(row.job, row.mode, id), needOf(job, mode, id)) <=
                available,
            ),
          );
        let start = Math.max(0, ...from.map(({ end }) => end));
        while (start < 50 && !isFree(start)) start++;
        if (start < 50) place([...placed, { job, mode, start, end: start + duration }]);
      }
    }
  };
  place([]);
  return best;
};
