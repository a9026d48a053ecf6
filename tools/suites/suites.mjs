/**
 * The suites of `npm test`, in the order in which they run. `budgetSeconds` is what a suite may take on two cores:
 * printed beside the time it took, so that `.ci/run` stays under its 20 minutes.
 *
 * `mode`:
 * - `shared`: test files share a few processes, each file in a suite of its own (seven times faster than a process
 *   for each file);
 * - `isolated`: a process for each file, for tests that kill processes or drive a browser;
 * - `split`: a process for each core, each with its share of what the file holds (`DUMONT_TEST_SHARE`, such as 0/2);
 * - `vitest`: components in a DOM.
 * `fileSeconds` is what a file, and any test in it that does not say otherwise, may take at most: 240 unless given, for it only has to end
 * what hangs: the life of a real machine takes a minute, and twice that where others are at work as well.
 * `filesAtOnce` by the number of cores: where a file has a process of its own half as many as cores, else as many. Each
 * process is tied to a core, with the PostgreSQL that it speaks with (lanes.mjs).
 * `database`: the set-up of the test database runs before.
 * `inBackground`: it runs beside all others from the first to the last, on what they leave of the cores: its process
 * gives way to theirs, its database is its own, and no clock but its own tells it the time.
 */
export const suites = [
  { name: 'tools', mode: 'shared', files: /^tools\/.*\.test\.mjs$/, budgetSeconds: 30 },
  { name: 'contracts', mode: 'shared', files: /^packages\/contracts\/.*\.test\.ts$/, budgetSeconds: 10 },
  {
    name: 'server',
    mode: 'shared',
    files: /^packages\/server\/.*\.test\.ts$/,
    not: /\.isolated\.test\.ts$|\/fuzz\//,
    database: true,
    budgetSeconds: 240,
  },
  {
    name: 'fuzz',
    mode: 'shared',
    files: /^packages\/server\/.*\/fuzz\/.*\.test\.ts$/,
    database: true,
    budgetSeconds: 90,
    // `npm run fuzz` gives each route 1,000 inputs, `npm test` 50: DUMONT_FUZZ_INPUTS overrides both.
    aloneEnvironment: { DUMONT_FUZZ_INPUTS: '1000' },
    environment: { DUMONT_FUZZ_INPUTS: '50' },
  },
  {
    name: 'apps',
    mode: 'shared',
    files: /^(apps|infra|packages\/(simulator|agent))\/.*\.test\.ts$/,
    not: /\.isolated\.test\.ts$/,
    database: true,
    budgetSeconds: 120,
  },
  {
    name: 'cli',
    mode: 'shared',
    files: /^packages\/cli\/.*\.test\.ts$/,
    not: /\.isolated\.test\.ts$/,
    database: true,
    budgetSeconds: 80,
  },
  {
    name: 'isolated',
    mode: 'isolated',
    files: /\.isolated\.test\.ts$/,
    // It mostly waits: for machines that boot, for retries of restic, for leases that run out.
    filesAtOnce: (cores) => cores + 1,
    database: true,
    budgetSeconds: 420,
  },
  {
    name: 'simulation',
    mode: 'split',
    files: /\.histories\.ts$/,
    inBackground: true,
    // Its one test sets its own limit by the number of its seeds.
    fileSeconds: 86_400,
    budgetSeconds: 1080,
    aloneBudgetSeconds: 21_600,
    // `npm run simulate` runs 10,000 seeds, about an hour and a half: DUMONT_SEEDS overrides both.
    aloneEnvironment: { DUMONT_SEEDS: '1-10000' },
    environment: { DUMONT_SEEDS: '1-300' },
  },
  { name: 'web', mode: 'vitest', files: /^packages\/web\/src\/.*\.test\.tsx?$/, budgetSeconds: 60 },
  {
    name: 'e2e',
    mode: 'isolated',
    files: /\.e2e\.ts$/,
    // It waits as well, but browsers are at work meanwhile.
    filesAtOnce: (cores) => cores,
    database: true,
    browser: true,
    budgetSeconds: 360,
  },
];
