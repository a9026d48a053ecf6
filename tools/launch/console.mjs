import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashFiles, listFiles } from '../files.mjs';
import { runTool } from './tool.mjs';

const stampName = '.built-from';
const notInBuild = /(^|\/)(test|tests|e2e)\/|\.(test|e2e)\.tsx?$/;

/** What is built for browsers: the console, and the pages of the ordering service. The first one keeps the stamp. */
const parts = ['packages/web', 'apps/storefront/web'];
const partsIn = (root) => parts.filter((part) => existsSync(join(root, part, 'src')));

/**
 * One hash over everything that the console and the pages are built from: their own sources, the contracts and the
 * pinned dependencies. Tests are no part of it.
 */
export function hashConsoleSources(root) {
  const of = (folder) => listFiles(join(root, folder)).map((path) => `${folder}/${path}`);
  const sources = [...partsIn(root).flatMap(of), ...of('packages/contracts/src')].filter(
    (path) => !notInBuild.test(path),
  );
  return hashFiles(root, [...sources, 'package-lock.json', 'tsconfig.json']);
}

/** Says whether there is something to build from: an archive of the server brings the built console only. */
export const hasConsoleSources = (root) => existsSync(join(root, 'packages/web/index.html'));

/** Says whether the built console is the one of these sources. */
export function isConsoleBuilt(root, sourcesHash) {
  const stamp = join(root, 'packages/web/dist', stampName);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesHash;
}

/**
 * Builds the console beside the present one and puts it in its place when it is whole: a server that runs from
 * this checkout keeps the old one until then, and a build that broke off leaves no half of a console.
 */
export async function buildConsole(root, sourcesHash, options) {
  // Last the one with the stamp: what broke off before is built again.
  for (const part of partsIn(root).toReversed()) await buildPart(root, part, sourcesHash, options);
}

async function buildPart(root, part, sourcesHash, { node, onStart }) {
  const dist = join(root, part, 'dist');
  const fresh = join(root, '.cache/console');
  const old = join(root, '.cache/console-old');
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await runTool([node, vite, 'build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'], {
    cwd: join(root, part),
    env: { ...process.env, NODE_ENV: 'production' },
    onStart,
    advice: `The console could not be built: correct ${part}, or go back to a commit that builds.`,
  });
  writeFileSync(join(fresh, stampName), sourcesHash);
  mkdirSync(old, { recursive: true });
  if (existsSync(dist)) renameSync(dist, join(old, 'dist'));
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}
