import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Home, startTestServer, type TestServer } from './server.ts';

interface Execution {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly instanceId: string;
}

let server: TestServer;
let home: Home;
before(async () => {
  server = await startTestServer();
  home = await server.signIn();
  await writeFile(join(home.folder, 'nap.json'), '{"seconds": 0.10}');
});
after(() => server[Symbol.asyncDispose]());

test('apps are listed with their examples, and what an app takes is told', async () => {
  assert.match(await home.ok('app', 'list'), /^timer +Timer .*nap/m);
  assert.match(await home.ok('app', 'show', 'knapsack'), /^Example +p01/m);
  const schema = JSON.parse(await home.ok('app', 'show', 'timer', '--schema', 'instance')) as {
    type: string;
  };
  assert.equal(schema.type, 'object');
  await home.refused(4, /There is no solver app "knapsak".*knapsack/, 'app', 'show', 'knapsak');
});

test('an example goes straight from its app into a solver, and the solution into a file', async () => {
  const data = await home.ok('app', 'example', 'knapsack', 'p01');
  const solved = await home.dumont(
    ['solve', 'knapsack', '-', '--name', 'first', '--config', 'solver=Dynamic', '--out', 'taken.json'],
    { input: data },
  );
  assert.equal(solved.exitCode, 0, solved.stderr);
  assert.match(solved.stdout, /^Execution [0-9a-f]{8} \(first\): solved after .*, Optimal, objective 309\n$/);
  const { include } = JSON.parse(await readFile(join(home.folder, 'taken.json'), 'utf8')) as {
    include: unknown[];
  };
  assert.ok(include.length > 0);
  const printed = await home.ok('execution', 'solution', 'first');
  assert.deepEqual((JSON.parse(printed) as { include: unknown[] }).include, include);
});

test('an example is printed with its numbers as the app wrote them', async () => {
  assert.match(await home.ok('app', 'example', 'rostering', 'A week of a shop'), /: 12\.0\b/);
});

test('with --out - stdout is the solution alone', async () => {
  const { stdout, stderr, exitCode } = await home.dumont(['solve', 'timer', 'nap.json', '--out', '-']);
  assert.equal(exitCode, 0, stderr);
  assert.ok('sleep' in (JSON.parse(stdout) as object));
  assert.match(stderr, /\(nap\): solved/);
});

test('data is kept as it is written, and found by its name', async () => {
  await home.ok('solve', 'timer', 'nap.json', '--name', 'as written');
  assert.equal(await home.ok('problem', 'data', 'as written'), '{"seconds": 0.10}\n');
  assert.match(await home.ok('problem', 'list', '--app', 'timer'), /as written/);
  assert.match(await home.ok('problem', 'list', '--search', 'AS WRIT'), /as written/);
  const { exitCode, stderr } = await home.dumont(['problem', 'list', '--search', 'nobody']);
  assert.equal(exitCode, 0);
  assert.match(stderr, /No problem is like that/);
});

test('data that does not fit names table, row and key, and is not kept', async () => {
  await writeFile(join(home.folder, 'bad.json'), '{"objects": [{"id": 1, "weight": "heavy", "value": 1}]}');
  const { exitCode, stderr } = await home.dumont(['solve', 'knapsack', 'bad.json']);
  assert.equal(exitCode, 1);
  assert.match(stderr, /"weight" in row 1 of table "objects"/);
  assert.match(stderr, /Try: dumont app show --schema instance/);
  await home.ok('app', 'example', 'knapsack', 'p01', '--out', 'fits.json');
  await home.refused(1, /--schema config/, 'solve', 'knapsack', 'fits.json', '--config', 'timeLimit=soon');
  await home.refused(4, /There is no problem "bad"/, 'problem', 'show', 'bad');
});

test('data with faults is a failure that says so, where to read them, and nothing of a solution', async () => {
  const object = { id: 1, weight: -1, value: 1 };
  const data = { objects: [object], parameters: { weight_capacity: 5 } };
  await writeFile(join(home.folder, 'faulty.json'), JSON.stringify(data));
  for (const more of [[], ['--check']]) {
    const { exitCode, stdout, stderr } = await home.dumont(['solve', 'knapsack', 'faulty.json', ...more]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /its checks found faults in the data/);
    assert.doesNotMatch(stderr, /Its solution/);
    const [, id = ''] = /dumont execution solution (\w+) --part instance_checks/.exec(stderr) ?? [];
    assert.match(await home.ok('execution', 'solution', id, '--part', 'instance_checks'), /negative/);
    assert.match(await home.ok('execution', 'show', id), /Checks +found faults in the data/);
  }
  await home.ok('app', 'example', 'knapsack', 'p01', '--out', 'p01.json');
  const good = await home.dumont(['solve', 'knapsack', 'p01.json', '--check']);
  assert.equal(good.exitCode, 0, good.stderr);
  assert.match(good.stderr, /Its checks found nothing/);
});

test('an execution is left, stopped and solved again with another configuration', async () => {
  await writeFile(join(home.folder, 'long.json'), '{"seconds": 60}');
  const begun = await home.json<Execution>(
    'solve',
    'timer',
    'long.json',
    '--no-wait',
    '--config',
    'timeLimit=60',
  );
  assert.equal(begun.state, 'queued');
  await home.refused(1, /has no solution yet/, 'execution', 'solution', begun.id);
  await home.ok('execution', 'stop', begun.id);
  const stopped = await home.dumont(['execution', 'watch', begun.id]);
  assert.match(stopped.stdout, /stopped|solved/);
  await home.refused(2, /Say --yes/, 'execution', 'relaunch', begun.id);
  const again = await home.json<Execution>('execution', 'relaunch', begun.id, '--yes', '-c', 'seconds=0.1');
  assert.equal(again.state, 'solved');
  await home.ok('execution', 'delete', begun.id, '--yes');
  await home.refused(4, /no such execution/, 'execution', 'show', begun.id);
});

test('executions are kept as cases in folders, compared, moved and deleted', async () => {
  const p01 = await home.json<Execution>('execution', 'show', 'first');
  await home.ok('case', 'folder', '2026', '--app', 'knapsack');
  await home.ok('case', 'create', 'before', '--execution', p01.id, '--in', '2026');
  const data = JSON.parse(await home.ok('case', 'show', 'before', '--part', 'data')) as {
    parameters: { weight_capacity: number };
  };
  data.parameters.weight_capacity += 1;
  await writeFile(join(home.folder, 'after.json'), JSON.stringify(data));
  await home.ok('case', 'create', 'after', '--data', 'after.json', '--app', 'knapsack');
  assert.match(await home.ok('case', 'compare', 'before', 'after'), /^ {2}~ parameters, weight_capacity: /m);
  assert.match(await home.ok('case', 'list'), /^2026\/ .*\n {2}before /m);
  await home.ok('case', 'move', 'after', '2026');
  assert.match(await home.ok('case', 'list'), /^ {2}after /m);
  await home.refused(2, /is a case, not a folder/, 'case', 'move', 'before', 'after');
  await home.ok('case', 'copy', 'after');
  await home.ok('case', 'rename', 'after (2)', 'later');
  await home.ok('case', 'delete', '2026', '--yes');
  assert.deepEqual(await home.json('case', 'list'), []);
});

test('what is said wrongly is refused before anything is uploaded', async () => {
  await home.refused(1, /none\.json cannot be read/, 'solve', 'timer', 'none.json');
  await home.refused(2, /must be written name=value/, 'solve', 'timer', 'nap.json', '--config', 'x');
  await home.refused(
    2,
    /does not go with --no-wait/,
    'solve',
    'timer',
    'nap.json',
    '--no-wait',
    '--out',
    'a',
  );
  await home.refused(2, /made of one of/, 'case', 'create', 'x');
});
