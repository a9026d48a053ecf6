import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { countingApp, countingFolder } from '../../testing/counting-app.ts';
import { resultOf, runInProcess } from '../../testing/run-in-process.ts';

const folder = await countingFolder();
after(() => folder[Symbol.asyncDispose]());

const run = (task: unknown, stop?: AbortSignal) => runInProcess(folder.path, countingApp, task, stop);
const solve = (instance: object, more: object = {}) =>
  resultOf(folder.path, countingApp, { task: 'solve', instance, ...more });
const numbers = [{ value: 2 }, { value: 40 }];

test('a task is answered with solution, checks, figures and log', async () => {
  const { result, lines, exitCode } = await run({ task: 'solve', instance: { numbers } });
  assert.ok(result);
  const { log, ...rest } = result;
  assert.deepEqual(rest, {
    status: 'optimal',
    solution: { sum: [{ value: 42 }] },
    solutionChecks: null,
    kpis: { digits: [{ count: 2 }] },
    objective: 42,
    instanceChecks: null,
  });
  assert.deepEqual([log.solver, log.best_bound], ['add.slowly', 42]);
  assert.ok(log.time >= 0 && log.time < 5);
  assert.equal(exitCode, 0);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    message: 'started',
    progress: { percent: 0, text: 'started' },
  });
  assert.equal(lines[1], 'method add, engine slowly, begins with nothing');
});

test('the same task has the same random numbers, another one has others', async () => {
  const nodes = async (instance: object) => (await solve(instance)).log.nodes;
  assert.equal(await nodes({ numbers }), await nodes({ numbers }));
  assert.notEqual(await nodes({ numbers }), await nodes({ numbers: [...numbers, { value: 1 }] }));
});

test('a task that is broken names table, row, key and value in its last line, and has no result', async () => {
  const config = { solver: 'add' };
  const instance = { numbers };
  const cases: [unknown, RegExp][] = [
    ['{"task": ', /the task is not JSON: /],
    ['[1]', /the task must be an object/],
    [{ task: 'sing', instance }, /task must be "solve" or "check" \(it is "sing"\)/],
    [{ task: 'solve' }, /must have the key "instance"/],
    [
      { task: 'solve', instance: { numbers: [...numbers, { value: 'x' }] } },
      /instance: table "numbers", row 3, key "value": must be number \(it is "x"\)$/,
    ],
    [
      { task: 'solve', instance: { numbers: [{}] } },
      /instance: table "numbers", row 1: must have the key "value"$/,
    ],
    [{ task: 'solve', instance: {} }, /instance: must have the key "numbers"$/],
    [{ task: 'solve', instance, solution: { sum: 3 } }, /solution: table "sum": must be array \(it is 3\)$/],
    [
      { task: 'solve', instance, config: { ...config, timeLimit: 'long' } },
      /config: .*timeLimit.*must be number \(it is "long"\)$/,
    ],
    [
      { task: 'solve', instance, config: { solver: 'magic.cbc' } },
      /no solver "magic.cbc": there are add.slowly, add.quickly$/,
    ],
  ];
  for (const [task, reason] of cases) {
    const { result, lines, exitCode } = await run(task);
    assert.match(lines.at(-1) ?? '', reason);
    assert.match(lines.at(-1) ?? '', /^\[ERROR\] \[counting\] /);
    assert.deepEqual([result, exitCode], [undefined, 1]);
  }
});

test('findings in the instance stop it, a warning does not', async () => {
  const stopped = await solve({ numbers: [{ value: -1 }, { value: 101 }] });
  assert.deepEqual([stopped.status, stopped.solution, stopped.objective], ['infeasible', null, null]);
  assert.deepEqual(stopped.instanceChecks, { negative: [{ value: -1 }], large: [{ value: 101 }] });
  const warned = await solve({ numbers: [{ value: 102 }] });
  assert.deepEqual([warned.status, warned.objective], ['optimal', 102]);
  assert.deepEqual(warned.instanceChecks, { large: [{ value: 102 }] });
});

test('a check that throws is a row in internal_error', async () => {
  const fault = (name: string) => solve({ numbers, parameters: { fault: name } });
  const instance = await fault('check of the instance throws');
  const row = (check: string, message: string) => ({ internal_error: [{ check, message }] });
  assert.deepEqual(instance.instanceChecks, row('checkInstance', 'instance: out of order'));
  assert.deepEqual([instance.status, instance.solution], ['infeasible', null]);
  const solution = await fault('check of the solution throws');
  assert.deepEqual(solution.solutionChecks, row('checkSolution', 'solution: out of order'));
  assert.deepEqual([solution.status, solution.kpis, solution.objective], ['optimal', null, 42]);
  const kpis = await fault('kpis throw');
  assert.deepEqual([kpis.solutionChecks, kpis.kpis], [row('kpis', 'kpis: out of order'), null]);
});

test('an answer that fails its own checks says so, keeps its status and has no figures', async () => {
  const result = await solve({ numbers, parameters: { fault: 'wrong' } });
  assert.equal(result.status, 'optimal');
  assert.deepEqual(result.solutionChecks, { wrong: [{ value: 43 }], odd: [{ value: 43 }] });
  assert.equal(result.kpis, null);
  const warned = await solve({ numbers: [{ value: 41 }] });
  assert.deepEqual(
    [warned.solutionChecks, warned.kpis],
    [{ odd: [{ value: 41 }] }, { digits: [{ count: 2 }] }],
  );
});

test('a solver that throws, or whose solution is not after the schema, has no result', async () => {
  for (const [fault, reason] of [
    ['solver throws', '[ERROR] [counting] solver: out of order'],
    [
      'not after the schema',
      '[ERROR] [counting] the solution that was found: table "sum", row 1, key "value": must be number (it is "many")',
    ],
  ]) {
    const { result, lines, exitCode } = await run({
      task: 'solve',
      instance: { numbers, parameters: { fault } },
    });
    assert.deepEqual([result, lines.at(-1), exitCode], [undefined, reason, 1]);
  }
  const infeasible = await solve({ numbers, parameters: { fault: 'no solution' } });
  assert.deepEqual([infeasible.status, infeasible.solution], ['infeasible', null]);
});

test('a check judges what is given, and solves nothing', async () => {
  const check = (more: object) =>
    resultOf(folder.path, countingApp, { task: 'check', instance: { numbers }, ...more });
  const right = await check({ solution: { sum: [{ value: 42 }] }, config: { solver: 'of another time' } });
  assert.deepEqual([right.status, right.objective, right.kpis], ['feasible', 42, { digits: [{ count: 2 }] }]);
  const wrong = await check({ solution: { sum: [{ value: 3 }] } });
  assert.deepEqual(wrong.solutionChecks, { wrong: [{ value: 3 }], odd: [{ value: 3 }] });
  const without = await check({});
  assert.deepEqual([without.status, without.solution, without.solutionChecks], ['not_solved', null, null]);
});

test('the time limit and an end that is asked for give the best so far', async () => {
  const instance = { numbers, parameters: { wait: true } };
  const limited = await solve(instance, { config: { timeLimit: 0.2 } });
  assert.deepEqual([limited.status, limited.objective], ['time_limit', 42]);
  assert.ok(limited.log.time > 0.15 && limited.log.time < 5);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 100);
  const { result } = await run({ task: 'solve', instance }, stop.signal);
  assert.deepEqual([result?.status, result?.objective], ['stopped', 42]);
});

const start = (environment: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [join(folder.path, 'main.mjs')], {
    env: { ...process.env, ...environment },
  });
  return { child, output: text(child.stdout), lines: text(child.stderr), exit: once(child, 'exit') };
};

test('TERM ends the process with its best so far on standard output', async () => {
  const { child, output, exit } = start();
  child.stdin.end(JSON.stringify({ task: 'solve', instance: { numbers, parameters: { wait: true } } }));
  await once(child.stderr, 'data');
  child.kill('SIGTERM');
  assert.deepEqual(await exit, [0, null]);
  assert.equal((JSON.parse(await output) as { status: string }).status, 'stopped');
});

test('task and result may be files that the environment names', async () => {
  const taskFile = join(folder.path, 'task.json');
  const resultFile = join(folder.path, 'result.json');
  await writeFile(taskFile, JSON.stringify({ task: 'solve', instance: { numbers } }));
  const { output, exit } = start({ DUMONT_TASK_FILE: taskFile, DUMONT_RESULT_FILE: resultFile });
  assert.deepEqual(await exit, [0, null]);
  assert.equal(await output, '');
  assert.equal((JSON.parse(await readFile(resultFile, 'utf8')) as { objective: number }).objective, 42);
});

test('a broken task on standard input ends with exit code 1 and the reason as the last line', async () => {
  const { child, output, lines, exit } = start();
  child.stdin.end('{"task": "solve", "instance": {}}');
  assert.deepEqual(await exit, [1, null]);
  assert.equal(await output, '');
  assert.ok((await lines).endsWith('\n[ERROR] [counting] instance: must have the key "numbers"\n'));
});
