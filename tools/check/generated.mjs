import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.mjs';
import { runProgram } from './run-program.mjs';

/**
 * What is generated from other files and committed. A generator writes its files in place; `npm run generate` runs
 * them all, `npm run check` says which files would change.
 */
export const generators = [
  {
    name: 'route table of the client',
    script: 'packages/contracts/tools/route-table.ts',
    files: ['packages/contracts/src/route-table.gen.ts'],
  },
  {
    name: 'row types',
    script: 'packages/server/tools/generate-schema.ts',
    files: ['packages/server/src/kernel/db/schema.gen.ts'],
  },
  {
    name: 'help of the command line',
    script: 'packages/cli/tools/help.ts',
    files: ['packages/cli/help.golden.txt'],
  },
  {
    name: 'permissions',
    script: 'packages/server/tools/permissions-doc.ts',
    files: ['docs/permissions.md'],
  },
  {
    name: 'OpenAPI document',
    script: 'packages/server/tools/openapi.ts',
    files: ['docs/openapi.json'],
  },
  { name: 'licences', script: 'tools/licences.mjs', files: ['docs/licences.md'] },
];

/** Runs every generator and keeps what it writes. */
export async function generateAll() {
  const failures = [];
  for (const { name, script } of generators) {
    const { ok, output } = await runProgram(join(root, script));
    if (!ok) failures.push(`${name}: ${script} failed\n${output}`);
  }
  return failures;
}

/** Runs every generator, puts the files back, and says what differs. */
export async function checkGenerated() {
  const problems = [];
  for (const { name, script, files } of generators) {
    const before = files.map((file) => readOrUndefined(join(root, file)));
    const { ok, output } = await runProgram(join(root, script));
    if (!ok) problems.push(`${name}: ${script} failed\n${output}`);
    for (const [index, file] of files.entries()) {
      const path = join(root, file);
      const after = readOrUndefined(path);
      const was = before[index];
      if (after === undefined) problems.push(`${name}: ${script} does not write ${file}`);
      if (after === was) continue;
      problems.push(
        `${name}: ${file} is out of date: ${firstDifference(was, after)}. npm run generate writes it.`,
      );
      if (was === undefined) rmSync(path, { force: true });
      else writeFileSync(path, was);
    }
  }
  return problems;
}

const readOrUndefined = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

function firstDifference(was = '', after = '') {
  const old = was.split('\n');
  const fresh = after.split('\n');
  const line = fresh.findIndex((text, index) => text !== old[index]);
  const at = line === -1 ? fresh.length : line;
  return `line ${at + 1} should be ${JSON.stringify(fresh[at] ?? 'the end')}`;
}
