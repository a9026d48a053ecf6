import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand } from '../system-packages.mjs';
import { say, step } from './steps.mjs';
import { runTool } from './tool.mjs';

const retryAfterMs = 6 * 3600 * 1000;

const aptOptions = [
  '-qq',
  '-o',
  'DPkg::Lock::Timeout=120',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=15',
  '-o',
  'Acquire::https::Timeout=15',
];

/**
 * Installs Debian packages where that is possible (root, apt-get). It never fails: without a package the product
 * works with less, and says so. A failed attempt is not repeated for some hours, so that a host without a
 * network does not wait for it at each start.
 *
 * @param {{name: string, purpose: string, debconf?: string}[]} missing
 */
export async function installSystemPackages(root, missing) {
  const names = missing.map(({ name }) => name).join(' ');
  const purposes = missing.map(({ name, purpose }) => `${name} (${purpose})`).join(', ');
  if (process.getuid?.() !== 0 || findCommand('apt-get') === undefined) {
    say(`Missing: ${purposes}. On Debian: sudo apt-get install ${names}. Going on without.`);
    return;
  }
  const failurePath = join(root, '.cache', 'apt-failed.json');
  if (failedLately(failurePath, names)) {
    say(`Missing: ${purposes}. Installing failed lately: apt-get install ${names}. Going on without.`);
    return;
  }
  try {
    const answers = missing.flatMap(({ debconf }) => debconf ?? []);
    await step(`Installing Debian packages ${names}`, async () => {
      if (answers.length > 0) await answerQuestions(join(root, '.cache', 'debconf-answers'), answers);
      await aptInstall(names.split(' '));
    });
  } catch (error) {
    mkdirSync(dirname(failurePath), { recursive: true });
    writeFileSync(failurePath, JSON.stringify({ names, at: Date.now() }));
    say(`${error.message}\nGoing on without: ${purposes}.`);
  }
}

async function answerQuestions(path, answers) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${answers.join('\n')}\n`);
  const advice = 'Without these answers the packages would start services: they were not installed.';
  await runTool(['debconf-set-selections', path], { advice });
}

async function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const advice = `To try again: apt-get update && apt-get install ${names.join(' ')}`;
  const install = ['apt-get', ...aptOptions, 'install', '-y', '--no-install-recommends', ...names];
  try {
    await runTool(install, { env, advice });
  } catch {
    // The package lists are missing or old: only then are they fetched.
    await runTool(['apt-get', ...aptOptions, 'update'], { env, advice, timeoutSeconds: 120 });
    await runTool(install, { env, advice });
  }
}

function failedLately(path, names) {
  try {
    const failure = JSON.parse(readFileSync(path, 'utf8'));
    return failure.names === names && Date.now() - failure.at < retryAfterMs;
  } catch {
    return false;
  }
}
