import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runTool } from './tool.mjs';

/**
 * Says whether `node_modules` holds what the lockfile names. npm writes its own lockfile there last, so an
 * installation that broke off has none.
 */
export function isInstalled(root) {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const present = installed[path];
    if (present === undefined) return entry.optional === true || entry.peer === true;
    if (entry.link === true) return present.link === true && present.resolved === entry.resolved;
    return present.version === entry.version && present.integrity === entry.integrity;
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Installs exactly what the lockfile names, whatever the person's npm configuration leaves out: the tests and
 * the console's build need the development dependencies, and the runtime is an optional one.
 */
export async function installDependencies(root, { onStart }) {
  const include = ['dev', 'optional', 'peer'].map((kind) => `--include=${kind}`);
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'];
  const env = { ...process.env };
  // npm hands its settings on to what it runs; NODE_ENV=production would leave out the development dependencies.
  delete env.NODE_ENV;
  await runTool([...npm(env), 'ci', ...include, ...flags], {
    cwd: root,
    env,
    onStart,
    advice:
      'Dependencies could not be installed. Is the package registry reachable, and the disk not full? Then start again.',
  });
}

/** The npm that started us, so that its version and its node agree; else the one on PATH. */
function npm(env) {
  const started = env.npm_execpath;
  return started !== undefined && basename(started) === 'npm-cli.js' ? [process.execPath, started] : ['npm'];
}
