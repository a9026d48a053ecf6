// Checks all that no test looks at. `npm run check -- lint types` runs those two only.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import { join } from 'node:path';
import { checkGenerated } from './check/generated.mjs';
import { readLicences, refusedLicences } from './check/licence-table.mjs';
import { checkLockfile } from './check/lockfile.mjs';
import { programOf, runProgram } from './check/run-program.mjs';
import { checkTrackedFiles } from './check/tracked-files.mjs';
import { listFiles } from './files.mjs';
import { root } from './root.mjs';

const readJson = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const fromProblems = (problems) => ({ ok: problems.length === 0, output: problems.join('\n') });
const typesOf = (project) => () =>
  runProgram(programOf('typescript', 'tsc'), ['-p', project, '--checkers', '1']);
const lintedFolders = ['packages', 'apps', 'bench', 'infra', 'tools'].filter((folder) =>
  existsSync(join(root, folder)),
);

/** npm hands the registry in force to what it runs, when it is not the public one. */
const machine = { root, home: homedir(), registry: process.env.npm_config_registry };

/** Writes into the tree that all others read: none of them runs beside it. */
const generated = { name: 'generated', run: async () => fromProblems(await checkGenerated()) };

/** The longest first: they run side by side as far as there are cores. */
const others = [
  { name: 'lint', run: () => runProgram(programOf('oxlint'), lintedFolders) },
  { name: 'types', run: typesOf('.') },
  { name: 'web-types', run: typesOf('packages/web') },
  { name: 'pages-types', run: typesOf('apps/storefront/web') },
  { name: 'dead-code', run: () => runProgram(programOf('knip'), ['--no-progress', '--no-config-hints']) },
  { name: 'format', run: () => runProgram(programOf('oxfmt'), ['--check', '.']) },
  { name: 'lockfile', run: () => fromProblems(checkLockfile(readJson('package-lock.json'), manifests())) },
  { name: 'licences', run: () => fromProblems(refusedLicences(readLicences(readJson('package-lock.json')))) },
  { name: 'tracked-files', run: () => fromProblems(checkTrackedFiles(machine)) },
];

const tasks = [generated, ...others];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !tasks.some((task) => task.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no check ${unknown.join(', ')}: there are ${tasks.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}

const isWanted = ({ name }) => wanted.length === 0 || wanted.includes(name);
const queue = others.filter(isWanted);
const failed = [];
if (isWanted(generated)) await perform(generated);
await Promise.all(Array.from({ length: availableParallelism() }, work));
if (failed.length > 0) {
  console.log(
    `\nNot in order: ${failed.join(', ')}. \`npm run format\` and \`npm run generate\` write what they can.`,
  );
  process.exitCode = 1;
}

async function work() {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) await perform(task);
}

async function perform({ name, run }) {
  const started = performance.now();
  const { ok, output } = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${ok ? '✓' : '✖'} ${name}  ${seconds} s`);
  if (ok) return;
  failed.push(name);
  console.log(output.replaceAll(/^/gm, '    '));
}

function manifests() {
  const workspaces = ['packages', 'apps'].flatMap((folder) =>
    listFiles(join(root, folder))
      .filter((path) => /^[^/]+\/package\.json$/.test(path))
      .map((path) => `${folder}/${path.split('/')[0]}`),
  );
  const paths = ['', ...workspaces];
  return Object.fromEntries(paths.map((path) => [path, readJson(join(path, 'package.json'))]));
}
