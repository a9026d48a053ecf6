import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { readExample } from '../../../testing/examples.ts';

const solvers = join(import.meta.dirname, '../../..');

/** Those with the least memory that solve with HiGHS in WebAssembly. */
const tasks = [
  { app: 'knapsack', example: 'p01', solver: 'MIP.highs', objective: 309 },
  { app: 'tsp', example: 'burma14', solver: 'mip.highs', objective: 3323 },
];

for (const { app, example, solver, objective } of tasks) {
  test(`${app} has room for HiGHS where no cgroup but RLIMIT_DATA holds it to its memory`, async () => {
    const folder = join(solvers, app);
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
      memoryBytes: number;
    };
    const child = spawn('sh', [
      '-c',
      `ulimit -d ${manifest.memoryBytes / 1024}; exec "$@"`,
      'sh',
      process.execPath,
      join(folder, 'main.ts'),
    ]);
    const [output, lines, exit] = [text(child.stdout), text(child.stderr), once(child, 'exit')];
    const { instance } = readExample(folder, example);
    child.stdin.end(JSON.stringify({ task: 'solve', instance, config: { solver, timeLimit: 20 } }));
    assert.deepEqual(await exit, [0, null], await lines);
    const answer = JSON.parse(await output) as { status: string; objective: number };
    assert.deepEqual([answer.status, answer.objective], ['optimal', objective]);
  });
}
