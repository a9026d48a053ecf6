// Runs several test files in this process, one after the other, each in a suite of its own: hooks at the top of a
// file hold for that file only (with Node's own --test-isolation=none they would hold for all).
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { leftovers } from './leftovers.mjs';
import { afterAll, runSuite } from './test-runner.mjs';

/** A connection that is kept alive for a next request ends by itself after five seconds, and later on a busy host. */
const graceMs = 15_000;

/**
 * Takes one file after the other from a list that several processes share, until there is none left.
 * @param {string} listPath a JSON list of `{name, path}`. Who takes a file says so beside it, in `<listPath>.<index>`.
 * @param {string} nowPath where the name of the file that runs is kept: it tells where a process broke.
 */
export async function runGroup(listPath, nowPath) {
  afterAll(watchForLeftovers);
  for (const [index, { name, path }] of JSON.parse(readFileSync(listPath, 'utf8')).entries()) {
    if (!take(`${listPath}.${index}`)) continue;
    writeFileSync(nowPath, name);
    await runSuite(name, () => import(pathToFileURL(path).href));
  }
}

/** True for the first who asks. */
function take(path) {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Something that a test left open keeps the process alive: it is named, and it is a failure. */
function watchForLeftovers() {
  const timer = setTimeout(() => {
    const open = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
    process.stderr.write(`${leftovers.mark} ${open.join(', ')}\n`);
    process.exit(leftovers.exitCode);
  }, graceMs);
  timer.unref();
}
