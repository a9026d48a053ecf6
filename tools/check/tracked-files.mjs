import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const skipped = /\.(png|jpe?g|gif|ico|woff2?|zip|pdf|gz)$|^package-lock\.json$/;
/** Folders that stand in many texts without meaning this machine. */
const commonFolders = new Set([
  '/',
  '/app',
  '/build',
  '/home',
  '/opt',
  '/root',
  '/srv',
  '/src',
  '/tmp',
  '/usr',
  '/var',
]);
/** The public registry's host, in parts: this file is looked at too. */
const publicRegistry = ['registry', 'npmjs', 'org'].join('.');
const blanketSuppression = /(?:oxlint|eslint)-disable(?:-next-line|-line)?\s*(?:\*\/|--|$)/m;

/**
 * Says which tracked files name something of the machine that they were written on: its folders, or the host of its
 * package registry. Also which switch off all lint rules at once: that would silence the rule which asks for a
 * reason. And what is neither text nor an asset: a package or a program that was left in the checkout.
 *
 * @param {object} machine
 * @param {string} machine.root the checkout
 * @param {string} machine.home the person's folder
 * @param {string} [machine.registry] the address of the package registry in force
 */
export function checkTrackedFiles({ root, home, registry }) {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
  const forbidden = machineNames([root, dirname(root), home], registry);
  const problems = [];
  for (const file of files) {
    if (skipped.test(file)) continue;
    const text = readOrEmpty(join(root, file));
    if (text.includes('\0')) problems.push(`${file} is binary, and of no kind that is kept here`);
    /** The checkout begins where the folder that it is in begins: named once, by the longer one. */
    const named = new Set();
    for (const { pattern, what } of forbidden) {
      const found = pattern.exec(text);
      if (found === null || named.has(found.index)) continue;
      named.add(found.index);
      problems.push(`${file}:${lineOf(text, found.index)} names ${what}`);
    }
    const blanket = file.startsWith('tools/') ? null : blanketSuppression.exec(text);
    if (blanket !== null)
      problems.push(`${file}:${lineOf(text, blanket.index)} switches off all lint rules: name one`);
  }
  return problems;
}

function machineNames(folders, registry) {
  const own = new Set(folders.filter((folder) => !commonFolders.has(folder)));
  const hosts = new Set([publicRegistry]);
  if (registry !== undefined && URL.canParse(registry)) hosts.add(new URL(registry).hostname);
  return [
    ...Array.from(own, (folder) => ({
      pattern: new RegExp(`(?<![\\w./}-])${escape(folder)}(?![\\w-])`),
      what: `a folder of this machine, ${folder}`,
    })),
    ...Array.from(hosts, (host) => ({
      pattern: new RegExp(escape(host)),
      what: `a package registry, ${host}`,
    })),
  ];
}

const escape = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const lineOf = (text, index) => text.slice(0, index).split('\n').length;

/** A tracked file may be deleted in the work tree, or be a link to a folder. */
function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return '';
    throw error;
  }
}
