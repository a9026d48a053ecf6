import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { run } from 'node:test';
import { root } from '../root.mjs';
import { createTally } from './tally.mjs';

/** A file with a process of its own has others in it: servers, browsers. */
const usual = {
  shared: (cores) => cores,
  isolated: (cores) => Math.max(1, Math.floor(cores / 2)),
};

const groupProgram = join(root, 'tools/suites/group.mjs');

/**
 * Runs test files by Node's own runner.
 * @param {string} mode `shared` or `isolated`, see suites.mjs
 * @param {{path: string, size: number}[]} files paths from the root
 * @param {{fileSeconds?: number, filesAtOnce?: (cores: number) => number, namePattern?: string, showsOutput?: boolean, signal: AbortSignal}} options
 * @returns {Promise<{passed: number, failed: number, skipped: number}>}
 */
export async function runNodeSuite(name, mode, files, options) {
  const { fileSeconds = 60, filesAtOnce = usual[mode], namePattern, showsOutput, signal } = options;
  const cores = availableParallelism();
  const folder = join(root, '.cache/tests', `${name}-${process.pid}`);
  const groups = mode === 'shared' ? balance(files, cores) : files.map((file) => [file]);
  const programs = writePrograms(folder, groups);
  const print = (line) => process.stdout.write(`${line}\n`);
  const tally = createTally({ groupProgram, describeProcess, print, showsOutput });
  try {
    const events = run({
      files: programs,
      isolation: 'process',
      concurrency: filesAtOnce(cores),
      timeout: fileSeconds * 1000,
      testNamePatterns: namePattern,
      signal,
      cwd: root,
    });
    for await (const event of events) tally.onEvent(event);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return tally.total;
}

/** For a group, the file in which it stopped, and how many after it did not run. */
function describeProcess(program) {
  const list = program.replace(/\.mjs$/, '.json');
  try {
    const names = JSON.parse(readFileSync(list, 'utf8')).map(({ name }) => name);
    const now = readFileSync(`${list}.now`, 'utf8');
    const left = names.length - 1 - names.indexOf(now);
    return left === 0 ? now : `${now} (${left} files after it did not run)`;
  } catch {
    return relative(root, program);
  }
}

/** Groups of about the same size: large files first, each into the lightest group. */
function balance(files, count) {
  const groups = Array.from({ length: Math.min(count, files.length) }, () => ({ size: 0, files: [] }));
  for (const file of files.toSorted((a, b) => b.size - a.size)) {
    const lightest = groups.reduce((least, group) => (group.size < least.size ? group : least));
    lightest.size += file.size;
    lightest.files.push(file);
  }
  return groups.map((group) => group.files);
}

/** Node's runner takes programs without arguments: each group becomes a program that names its list. */
function writePrograms(folder, groups) {
  mkdirSync(folder, { recursive: true });
  return groups.map((files, index) => {
    const list = join(folder, `group-${index + 1}.json`);
    writeFileSync(list, JSON.stringify(files.map(({ path }) => ({ name: path, path: join(root, path) }))));
    const program = join(folder, `group-${index + 1}.mjs`);
    const source = `import { runGroup } from ${JSON.stringify(groupProgram)};\nawait runGroup(${JSON.stringify(list)});\n`;
    writeFileSync(program, source);
    return program;
  });
}
