import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { root } from '../root.mjs';
import { laneCount } from './lanes.mjs';
import { createTally } from './tally.mjs';

/** A file with a process of its own has others in it: servers, browsers. */
const usual = {
  shared: (cores) => cores,
  isolated: (cores) => Math.max(1, Math.floor(cores / 2)),
  split: (cores) => cores,
};

const groupProgram = join(root, 'tools/suites/group.mjs');
const suiteProgram = join(root, 'tools/suites/test-runner.mjs');

/**
 * Runs test files by Node's own runner.
 * @param {string} mode `shared`, `isolated` or `split`, see suites.mjs
 * @param {{path: string, size: number}[]} files paths from the root
 * @param {{fileSeconds?: number, filesAtOnce?: (cores: number) => number, namePattern?: string, showsOutput?: boolean, signal: AbortSignal}} options
 * @returns {Promise<{passed: number, failed: number, skipped: number, failures: string[]}>} with what was printed of each failure
 */
export async function runNodeSuite(name, mode, files, options) {
  const { fileSeconds = 240, filesAtOnce = usual[mode], namePattern, showsOutput, signal } = options;
  const folder = join(root, '.cache/tests', `${name}-${process.pid}`);
  // The large ones first: what takes long does not begin when all others have ended.
  const sorted = files.toSorted((a, b) => b.size - a.size);
  const shares = mode === 'split' ? laneCount : 1;
  const lists =
    mode === 'shared' ? [sorted] : sorted.flatMap((file) => Array.from({ length: shares }, () => [file]));
  const processesForEach = mode === 'shared' ? Math.min(laneCount, files.length) : 1;
  const programs = writePrograms(folder, lists, { processesForEach, shares });
  const print = (line) => process.stdout.write(`${line}\n`);
  const tally = createTally({ suiteProgram, describeProcess, print, showsOutput });
  try {
    const events = run({
      files: programs,
      isolation: 'process',
      concurrency: filesAtOnce(laneCount),
      timeout: fileSeconds * 1000,
      testNamePatterns: namePattern,
      signal,
      cwd: root,
    });
    for await (const event of events) tally.onEvent(event);
    if (!signal.aborted) {
      for (const name of leftIn(folder, lists))
        tally.failFile(`${name}: did not run, its process broke before`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { ...tally.total, failures: tally.failures };
}

/** The file in which a process stopped. */
function describeProcess(program) {
  try {
    return readFileSync(program.replace(/\.mjs$/, '.now'), 'utf8');
  } catch {
    return relative(root, program);
  }
}

/** Node's runner takes programs without arguments: each becomes one that names its list, and what it tells of itself. */
function writePrograms(folder, lists, { processesForEach, shares }) {
  mkdirSync(folder, { recursive: true });
  return lists.flatMap((files, index) => {
    const list = join(folder, `list-${index}.json`);
    writeFileSync(list, JSON.stringify(files.map(({ path }) => ({ name: path, path: join(root, path) }))));
    return Array.from({ length: processesForEach }, (_, number) => {
      const program = join(folder, `program-${index}-${number}.mjs`);
      const now = program.replace(/\.mjs$/, '.now');
      const share = `${index % shares}/${shares}`;
      const [group, ...given] = [groupProgram, list, now, share].map((text) => JSON.stringify(text));
      writeFileSync(program, `import { runGroup } from ${group};\nawait runGroup(${given.join(', ')});\n`);
      return program;
    });
  });
}

/** The files that no process took. */
function leftIn(folder, lists) {
  return lists.flatMap((files, list) =>
    files
      .filter((_, index) => !existsSync(join(folder, `list-${list}.json.${index}`)))
      .map(({ path }) => path),
  );
}
