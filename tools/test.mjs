// Runs the suites: `npm test`, `npm test -- kernel/lease` (files whose path contains it), `--suite NAME`,
// `--name PATTERN` (tests whose name matches), `--output` (show what tests write).
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { listFiles } from './files.mjs';
import { root } from './root.mjs';
import { laneCount, tieToLane } from './suites/lanes.mjs';
import { enterMemoryFolder } from './suites/memory-folder.mjs';
import { runNodeSuite } from './suites/node-suite.mjs';
import { suites } from './suites/suites.mjs';
import { formatSeconds } from './suites/tally.mjs';
import { runWebSuite } from './suites/web-suite.mjs';
import { findChromium } from './system-packages.mjs';

const globalSetupPath = join(root, 'packages/server/test/global-setup.ts');
const testFolders = ['tools', 'packages', 'apps', 'bench', 'infra'];
/** A suite that hangs is ended after this many times its budget. */
const patience = 4;

const { values: options, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string', multiple: true },
    name: { type: 'string' },
    output: { type: 'boolean', default: false },
  },
});

const unknown = (options.suite ?? []).filter((name) => !suites.some((suite) => suite.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no suite ${unknown.join(', ')}: there are ${suites.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

enterMemoryFolder();

/** A signal ends the tests that run, and then us, by way of the database's tear-down. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => interruption.abort());

const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
const failures = [];
let database;
let databaseIsUp;

// What a process compiled is there for the next: hundreds are started, and most load the whole server.
process.env.NODE_COMPILE_CACHE ??= join(root, '.cache/compile');

try {
  const selected = selectSuites();
  const inBackground = selected.filter((suite) => suite.inBackground === true).map(runAndReport);
  for (const suite of selected.filter((each) => each.inBackground !== true)) {
    if (interruption.signal.aborted) break;
    lines.push(await runAndReport(suite));
  }
  lines.push(...(await Promise.all(inBackground)));
} finally {
  await database?.globalTeardown?.();
}

// Once more where a reader of a long log begins: at its end.
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.join('\n')}`);
console.log(`\n${lines.join('\n')}\n`);
const ran = total.passed + total.failed;
if (ran === 0) console.log(filters.length > 0 ? `No test matches ${filters.join(' ')}.` : 'No test ran.');
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
// What a set-up left open must not hold back the verdict.
process.exit(total.failed > 0 || ran === 0 || interruption.signal.aborted ? 1 : 0);

/** Answers the line that sums the suite up. */
async function runAndReport(suite) {
  const started = performance.now();
  console.log(`\n${suite.name}: ${suite.files.length} files`);
  const result = await runSuite(suite);
  for (const outcome of Object.keys(total)) total[outcome] += result[outcome];
  failures.push(...result.failures);
  const took = performance.now() - started;
  const isSlow = took > suite.budgetSeconds * 1000;
  const columns = [
    suite.name.padEnd(10),
    `${String(result.passed).padStart(5)} passed`,
    `${String(result.failed).padStart(4)} failed`,
    `${String(result.skipped).padStart(4)} skipped`,
    `${formatSeconds(took).padStart(8)} of ${suite.budgetSeconds} s`,
  ];
  return [...columns, ...(isSlow ? ['OVER ITS BUDGET'] : [])].join('  ');
}

/** The suites that have files for the filters. */
function selectSuites() {
  const paths = testFolders.flatMap((folder) =>
    listFiles(join(root, folder)).map((path) => `${folder}/${path}`),
  );
  const isWanted = (path) => filters.length === 0 || filters.some((filter) => path.includes(filter));
  const isSelected = ({ name }) => options.suite === undefined || options.suite.includes(name);
  return suites
    .filter(isSelected)
    .map((suite) => ({
      ...suite,
      files: paths
        .filter((path) => suite.files.test(path) && suite.not?.test(path) !== true && isWanted(path))
        .map((path) => ({ path, size: statSync(join(root, path)).size })),
    }))
    .filter((suite) => suite.files.length > 0);
}

async function runSuite(suite) {
  if (suite.browser === true) {
    const chromium = findChromium();
    if (chromium === undefined) return withoutBrowser(suite);
    process.env.DUMONT_TEST_CHROMIUM ??= chromium;
  }
  try {
    if (suite.database === true) await setUpDatabase();
  } catch (error) {
    console.log('  ✖ the test database cannot be set up', error);
    return {
      passed: 0,
      failed: suite.files.length,
      skipped: 0,
      failures: [`  ✖ ${suite.name}: there was no test database`],
    };
  }
  const isAlone = options.suite?.length === 1;
  const environment = (isAlone && suite.aloneEnvironment) || suite.environment || {};
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  const budgetSeconds = (isAlone && suite.aloneBudgetSeconds) || suite.budgetSeconds;
  const settings = {
    fileSeconds: suite.fileSeconds,
    ...(suite.filesAtOnce === undefined ? {} : { filesAtOnce: suite.filesAtOnce }),
    namePattern: options.name,
    showsOutput: options.output,
    signal: AbortSignal.any([interruption.signal, AbortSignal.timeout(budgetSeconds * patience * 1000)]),
  };
  if (suite.mode === 'vitest') return runWebSuite(suite.files, settings);
  return runNodeSuite(suite.name, suite.mode, suite.files, settings);
}

/** Once for all suites: what it puts into the environment reaches every test process. */
async function setUpDatabase() {
  databaseIsUp ??= existsSync(globalSetupPath) ? startDatabase() : Promise.resolve();
  await databaseIsUp;
}

async function startDatabase() {
  database = await import(pathToFileURL(globalSetupPath).href);
  // One for each lane, and tied to it.
  const pids = (await database.globalSetup?.(laneCount)) ?? [];
  for (const [lane, pid] of pids.entries()) tieToLane(pid, lane);
}

function withoutBrowser(suite) {
  const isFailure = process.env.CI === 'true';
  const line = `  ${isFailure ? '✖' : '﹣'} There is no Chromium on this host: the browser tests do not run.`;
  console.log(line);
  return {
    passed: 0,
    failed: isFailure ? suite.files.length : 0,
    skipped: isFailure ? 0 : suite.files.length,
    failures: isFailure ? [line] : [],
  };
}
