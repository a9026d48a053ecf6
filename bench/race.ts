import { createTestDatabase, type TestDatabase } from '../packages/server/test/database.ts';
import { openScene } from '../packages/server/test/simulation/scene.ts';
import { percentile, report } from './lib/figures.ts';

/**
 * How long until a machine can be used, in the simulated market with 30 % bad hosts and virtual time: by the race, and
 * one machine after the other, each on the same seeds: as many machines may be tried, with as much time for each.
 */
const seeds = 100;
const badShare = 0.3;
/** While one history waits for PostgreSQL, another goes on. */
const lanes = 3;
const ways = {
  race: { batchSize: 5, maxBatches: 3 },
  oneByOne: { batchSize: 1, maxBatches: 15 },
} as const;

interface Outcome {
  /** Until an authenticated command was answered; infinite where nothing answered. */
  readonly seconds: number;
  readonly tried: number;
}

const deploy = async (database: TestDatabase, seed: number, way: keyof typeof ways): Promise<Outcome> => {
  await using scene = await openScene({ database, seed, badShare, settings: ways[way] });
  const id = await scene.deploy();
  const { outcome, created_at: askedAt } = await scene.rest(id);
  const rentals = await scene.rentals(id);
  const usableAt = rentals.findLast(({ state }) => state === 'usable')?.usable_at;
  const usableMs = outcome === 'done' ? usableAt?.getTime() : undefined;
  return {
    seconds: ((usableMs ?? Number.POSITIVE_INFINITY) - askedAt.getTime()) / 1000,
    tried: rentals.length,
  };
};

const run = async (way: keyof typeof ways): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = [];
  let next = 1;
  const lane = async (): Promise<void> => {
    await using database = await createTestDatabase();
    while (next <= seeds) {
      const seed = next;
      next += 1;
      outcomes.push(await deploy(database, seed, way));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return outcomes;
};

const shown = (seconds: number): string => `${seconds.toFixed(1)} s`;
const summary = (outcomes: readonly Outcome[]) => {
  const seconds = outcomes.map((one) => one.seconds);
  return {
    p50: percentile(seconds, 0.5),
    p95: percentile(seconds, 0.95),
    worst: Math.max(...seconds),
    failed: seconds.filter((one) => !Number.isFinite(one)).length,
    tried: outcomes.reduce((sum, { tried }) => sum + tried, 0) / outcomes.length,
  };
};

const race = summary(await run('race'));
const oneByOne = summary(await run('oneByOne'));
const text = ({ p50, worst, failed, tried }: typeof race): string =>
  `median ${shown(p50)}, worst ${shown(worst)}, ${failed} without a machine, ${tried.toFixed(1)} machines ordered on average`;
const share = race.p95 / oneByOne.p95;
report('The race for a machine', [
  {
    what: `p95 to a usable machine by the race, as a share of one by one (${seeds} seeds, 30 % bad hosts)`,
    value: share.toFixed(2),
    target: 'at most 0.50',
    met: share <= 0.5,
  },
  { what: 'p95 by the race', value: shown(race.p95), target: null, baseline: text(race), met: null },
  { what: 'p95 one by one', value: shown(oneByOne.p95), target: null, baseline: text(oneByOne), met: null },
]);
