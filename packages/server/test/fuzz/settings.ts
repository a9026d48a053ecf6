import type { TestContext } from 'node:test';
import fc from 'fast-check';

/** `npm test` gives 50, `npm run fuzz` 1,000. */
const inputs = Number(process.env['DUMONT_FUZZ_INPUTS'] ?? 50);

/**
 * The same inputs in every `npm test`, other ones in every long run. A failure prints its seed and path:
 * `DUMONT_FUZZ_SEED=<seed> DUMONT_FUZZ_PATH=<path>` with the test's name replays it.
 */
const seedOf = (): number => {
  const given = process.env['DUMONT_FUZZ_SEED'];
  if (given !== undefined) return Number(given);
  return inputs <= 50 ? 20_260_302 : Math.trunc(Math.random() * 2 ** 31);
};
const seed = seedOf();
const path = process.env['DUMONT_FUZZ_PATH'];

export const assertFor = async <T>(
  context: TestContext,
  arbitrary: fc.Arbitrary<T>,
  holds: (input: T) => Promise<void>,
): Promise<void> => {
  context.diagnostic(`seed ${seed}, ${inputs} inputs`);
  await fc.assert(fc.asyncProperty(arbitrary, holds), {
    seed,
    numRuns: inputs,
    // Shrinking asks the server again and again: what it found by then is good enough.
    plugins: [fc.interruptAfterTimeLimit(55_000)],
    ...(path === undefined ? {} : { path }),
  });
};
