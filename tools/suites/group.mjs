// Runs several test files in this process, one after the other, each in a suite of its own: hooks at the top of a
// file hold for that file only (with Node's own --test-isolation=none they would hold for all).
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { enterLane, take } from './lanes.mjs';
import { leftovers } from './leftovers.mjs';
import { afterAll, runSuite } from './test-runner.mjs';

/** A connection that is kept alive for a next request ends by itself after five seconds, and later on a busy host. */
const graceMs = 15_000;

/**
 * Enters a lane, then takes one file after the other from a list that several processes share, until there is none left.
 * @param {string} listPath a JSON list of `{name, path}`. Who takes a file says so beside it, in `<listPath>.<index>`.
 * @param {string} nowPath where the name of the file that runs is kept: it tells where a process broke.
 * @param {string} share what of a file that several processes run is for this one: `0/2` is the first half.
 */
export async function runGroup(listPath, nowPath, share) {
  enterLane(dirname(listPath));
  process.env.DUMONT_TEST_SHARE = share;
  afterAll(watchForLeftovers);
  for (const [index, { name, path }] of JSON.parse(readFileSync(listPath, 'utf8')).entries()) {
    if (!take(`${listPath}.${index}`)) continue;
    writeFileSync(nowPath, name);
    await runSuite(name, () => import(pathToFileURL(path).href));
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
