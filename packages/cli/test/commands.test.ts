import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runInProcess } from './run-in-process.ts';
import { makeSshKey, withOpenSsh } from './open-ssh.ts';
import { type Home, startTestServer, type TestServer } from './server.ts';

let server: TestServer;
let home: Home;
before(async () => {
  server = await startTestServer();
  home = await server.signIn();
});
after(() => server[Symbol.asyncDispose]());

test('systems are switched, given options, and say what they lack', async () => {
  const systems = await home.json<{ id: string; active: boolean; problems: string[] }[]>(
    'pipeline',
    'systems',
  );
  const lacking = systems.find(({ problems }) => problems.length > 0);
  assert.ok(lacking !== undefined);
  assert.match(
    await home.ok('pipeline', 'systems', 'fund-portals'),
    new RegExp(`${lacking.id} .*credential|folder`),
  );
  await home.ok('pipeline', 'disable', 'cvm_diario', 'cvm_cda');
  await home.refused(1, /switched off/, 'run', 'start', 'fund-data', '--system', 'cvm_diario');
  await home.ok('pipeline', 'enable', 'cvm_diario', 'cvm_cda');
  assert.match(await home.ok('pipeline', 'option', 'maps', 'excel=false'), /excel +false +true/);
  await home.refused(2, /maps\.pdf is true or false/, 'pipeline', 'option', 'maps', 'pdf=maybe');
  await home.refused(2, /no option "pfd" \(did you mean "pdf"\?\)/, 'pipeline', 'option', 'maps', 'pfd=true');
  await home.refused(4, /did you mean "maps"\?/, 'pipeline', 'enable', 'mapss');
  assert.match(await home.ok('pipeline', 'reload'), /\d+ pipelines loaded/);
});

test('a run of a pipeline never takes more systems than were named', async () => {
  await home.refused(2, /Which systems\? .*--all\. Switched on: cvm_diario/, 'run', 'start', 'fund-data');
  await home.refused(4, /did you mean "fund-data"\?/, 'run', 'start', 'fund-dta');
  await home.refused(4, /did you mean "cvm_diario"\?/, 'run', 'start', 'fund-data', '-s', 'cvm_dairio');
  await home.refused(
    1,
    /maps .*\n {2}Try: dumont pipeline credentials set/,
    'run',
    'start',
    'fund-portals',
    '-s',
    'maps',
  );
  const period = ['--from', '02/11/2026', '--to', '01/11/2026'];
  await home.refused(
    1,
    /ends .* before it starts/,
    'run',
    'start',
    'fund-data',
    '-s',
    'cvm_diario',
    ...period,
  );
});

test('a credential is saved without its password ever being shown, and forgotten', async () => {
  const set = ['pipeline', 'credentials', 'set', 'maps', '--address', 'https://portal.example', '-u', 'ana'];
  const typed = await home.dumont(set, { terminal: 120, input: 'portal secret\r' });
  assert.equal(typed.exitCode, 0, typed.stderr);
  assert.ok(!(typed.stdout + typed.stderr).includes('portal secret'));
  assert.match(await home.ok('pipeline', 'credentials'), /maps .*ana +\*{8} +https:\/\/portal\.example/);
  const piped = await home.dumont(['pipeline', 'credentials', 'set', 'maps', '--password-stdin'], {
    input: 'other\n',
  });
  assert.equal(piped.exitCode, 0, piped.stderr);
  await home.refused(
    4,
    /No system uses a credential mapz/,
    'pipeline',
    'credentials',
    'set',
    'mapz',
    '-u',
    'x',
  );
  await home.refused(2, /Say --yes if this is meant/, 'pipeline', 'credentials', 'delete', 'maps');
  await home.ok('pipeline', 'credentials', 'delete', 'maps', '--yes');
  await home.refused(4, /There is no credential maps/, 'pipeline', 'credentials', 'delete', 'maps', '--yes');
});

test('folders lie in the allowed roots, and funds are chosen by CNPJ', async () => {
  await home.refused(
    1,
    /maps: \/etc .*\n {2}Try: dumont pipeline paths list/,
    'pipeline',
    'paths',
    'set',
    'maps',
    '/etc',
  );
  const { stderr } = await home.dumont(['pipeline', 'paths']);
  const root = /Folders must lie in: (\S+)/.exec(stderr)?.[1] ?? '';
  await home.ok('pipeline', 'paths', 'set', 'maps', join(root, 'maps'), '--create');
  assert.match(await home.ok('pipeline', 'paths'), new RegExp(`maps +${join(root, 'maps')}`));
  await home.ok('pipeline', 'paths', 'clear', 'maps');
  assert.match(await home.ok('pipeline', 'funds', 'select', 'cvm_diario', '11.222.333/0001-81'), /1 fund/);
  await home.ok('pipeline', 'funds', 'select', 'cvm_diario', '--add', '11222333000262');
  assert.match(await home.ok('pipeline', 'funds', 'select', 'cvm_diario', '--all'), /all funds/);
});

test('a schedule is previewed, made, paused, resumed and deleted', async () => {
  const preview = ['schedule', 'preview', '0 7 * * 1-5', '--business-days-only'];
  assert.match(await home.ok(...preview), /^\d{4}-\d\d-\d\d 07:00:00 America\/Sao_Paulo\n/);
  await home.refused(1, /cron expression is not valid/, 'schedule', 'preview', '0 99 * * *');
  const create = [
    'schedule',
    'create',
    'nightly',
    '-p',
    'fund-data',
    '-s',
    'cvm_diario',
    '-c',
    '0 7 * * 1-5',
  ];
  assert.match(await home.ok(...create), /"nightly" is made\. It runs next at /);
  await home.ok('schedule', 'pause', 'nightly');
  assert.match(await home.ok('schedule', 'list'), /nightly .*paused/);
  await home.ok('schedule', 'resume', 'nightly');
  await home.refused(4, /did you mean "nightly"\?/, 'schedule', 'pause', 'nihgtly');
  await home.refused(2, /--yes/, 'schedule', 'delete', 'nightly');
  await home.ok('schedule', 'delete', 'nightly', '--yes');
  assert.deepEqual(await home.json('schedule', 'list'), []);
});

test('a user is made, found, given roles, locked out and let in again', async () => {
  const password = (await home.ok('user', 'create', 'bia@example.com', '--name', 'Bia', '--generate')).trim();
  assert.match(password, /^\w{20}$/);
  await home.refused(
    1,
    /Another user has this e-mail\.\n {2}code user\.email_taken, request /,
    'user',
    'create',
    'bia@example.com',
    '--generate',
  );
  await home.refused(1, /body\.email: /, 'user', 'create', 'bia', '--generate');
  const { number } = await home.json<{ number: number }>('user', 'show', 'bia@example.com');
  assert.match(await home.ok('user', 'show', String(number)), /bia@example\.com/);
  await home.ok('user', 'role', 'bia@example.com', 'operator');
  assert.match(await home.ok('user', 'list'), /bia@example\.com .*operator \(default\)/);
  await home.ok('user', 'role', 'bia@example.com', 'none');
  await home.refused(4, /is no member of the project default/, 'user', 'role', 'bia@example.com', 'none');
  await home.ok('user', 'role', String(number), 'operator');
  await home.refused(4, /no such user/, 'user', 'role', 'nobody@example.com', 'viewer');
  await home.ok('user', 'role', 'bia@example.com', 'viewer', '--installation');
  await home.ok('user', 'role', 'bia@example.com', 'none', '--installation');
  await home.refused(
    4,
    /no such role.*\n {2}Try: dumont role list/,
    'user',
    'role',
    'bia@example.com',
    'operatr',
  );
  await home.refused(
    4,
    /no project "nope"/,
    'user',
    'role',
    'bia@example.com',
    'viewer',
    '--project',
    'nope',
  );
  await home.refused(
    2,
    /All sessions and API tokens of bia@example\.com end/,
    'user',
    'disable',
    'bia@example.com',
  );
  await home.ok('user', 'disable', 'bia@example.com', '--yes');
  assert.match(await home.ok('user', 'list', '--disabled'), /bia@example\.com/);
  await home.ok('user', 'enable', 'bia@example.com');
  await home.refused(1, /last administrator/, 'user', 'disable', server.email, '--yes');
  assert.match(await home.ok('role', 'list'), /admin +built in +1 +everything/);
});

test(
  'the public half of an SSH key is added and removed, and the private half never sent',
  withOpenSsh,
  async () => {
    await makeSshKey(join(home.folder, 'key'));
    await home.refused(
      2,
      /is a private key: it was not sent\. Name the public one: key\.pub/,
      'ssh-key',
      'add',
      'key',
    );
    await home.refused(2, /You have no SSH key yet\. Make one: ssh-keygen/, 'ssh-key', 'add');
    assert.match(await home.ok('ssh-key', 'add', 'key.pub', '--name', 'laptop'), /^Key "laptop" \(SHA256:/);
    await home.refused(1, /registered already/, 'ssh-key', 'add', 'key.pub');
    assert.match(await home.ok('ssh-key', 'list'), /^laptop +ssh-ed25519 +SHA256:/m);
    await home.refused(4, /did you mean "laptop"\?/, 'ssh-key', 'remove', 'lapptop');
    await home.refused(2, /Say --yes if this is meant/, 'ssh-key', 'remove', 'laptop');
    await home.ok('ssh-key', 'remove', 'laptop', '--yes');
    assert.deepEqual(await home.json('ssh-key', 'list'), []);
  },
);

test('a failed run raises an alarm that someone looks after', async () => {
  const failed = ['run', 'start', '--command', '--wait', '--', 'sh', '-c', 'exit 1'];
  assert.equal((await home.dumont(failed)).exitCode, 1);
  const deadline = performance.now() + 20_000;
  // A busy host raises alarms of its own.
  const find = async (...filters: string[]) => {
    const alarms = await home.json<{ id: string; ruleName: string }[]>('alarm', 'list', ...filters);
    return alarms.find(({ ruleName }) => ruleName === 'A run failed');
  };
  let alarm: { id: string } | undefined;
  while (alarm === undefined && performance.now() < deadline) alarm = await find('--state', 'firing');
  const shown = alarm?.id.slice(-8) ?? '';
  assert.match(await home.ok('alarm', 'list'), new RegExp(shown));
  assert.match(await home.ok('alarm', 'ack', shown, '--note', 'looking'), /You look after/);
  assert.equal(await find('--unacknowledged'), undefined);
  const rules = await home.ok('alarm', 'rules');
  for (const name of ['A run failed', 'Many requests fail', 'The error budget burns fast'])
    assert.match(rules, new RegExp(name));
});

test('without loaded data the portfolio says what would load some', async () => {
  const { exitCode, stdout, stderr } = await home.dumont(['portfolio']);
  assert.match(stderr, /No fund data has been loaded yet\. Load some: dumont run start/);
  assert.equal(stdout, '');
  assert.equal(exitCode, 0);
  await home.refused(4, /dumont portfolio funds/, 'portfolio', 'show', '11.222.333/0001-81');
});

test('without snapshots the list says how to make one, and the policy is shown and changed', async () => {
  const { exitCode, stderr } = await home.dumont(['snapshot', 'list']);
  assert.match(stderr, /No snapshots yet\. Make one: dumont snapshot create MACHINE/);
  assert.equal(exitCode, 0);
  const before = await home.json<{ keep_daily: number }>('snapshot', 'policy');
  await home.ok('snapshot', 'policy', '--keep-last', '5', '--keep-weekly', '2');
  const changed = { ...before, keep_last: 5, keep_weekly: 2, of: 'project' };
  assert.deepEqual(await home.json('snapshot', 'policy'), changed);
  await home.refused(
    2,
    /--reset.*cannot be used with.*--keep-last/,
    'snapshot',
    'policy',
    '--reset',
    '--keep-last',
    '1',
  );
  assert.match(await home.ok('snapshot', 'policy', '--reset'), /^So said +by default$/m);
  assert.deepEqual(await home.json('snapshot', 'policy'), before);
  await home.refused(4, /There is no snapshot "abcd1234"/, 'snapshot', 'show', 'abcd1234');
  const unknown = '019476ab-0000-7000-8000-000000000000';
  await home.refused(4, /no such snapshot\.\n {2}Try: dumont snapshot list/, 'snapshot', 'keep', unknown);
  assert.match(await home.ok('snapshot', 'cleanup'), /There is nothing to delete/);
});

test('doctor finds a healthy installation healthy', async () => {
  const text = await home.ok('doctor');
  for (const name of [
    'node',
    'server',
    'version',
    'database',
    'clock',
    'login',
    'live events',
    'server: database',
  ]) {
    assert.match(text, new RegExp(`^ok +${name} `, 'm'));
  }
});

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly remedy: string | null;
}

const findings = async (options: Parameters<Home['dumont']>[1], ...argv: string[]): Promise<Finding[]> => {
  const { stdout, exitCode } = await home.dumont(['doctor', '--json', ...argv], options);
  const found = JSON.parse(stdout) as Finding[];
  assert.equal(exitCode, found.some(({ state }) => state === 'failed') ? 1 : 0);
  for (const { state, remedy } of found)
    assert.equal(remedy !== null, state === 'failed' || state === 'warning');
  return found;
};
const stateOf = (found: readonly Finding[], name: string): string | undefined =>
  found.find((finding) => finding.name === name)?.state;

test('doctor names a clock that is wrong, a file that others can read, and a login that is missing', async () => {
  const late = await findings({ now: () => new Date(Date.now() - 60_000) });
  assert.equal(stateOf(late, 'clock'), 'warning');
  const config = join(home.folder, '.config', 'dumont', 'config.json');
  await chmod(config, 0o644);
  assert.equal(stateOf(await findings({}), 'configuration'), 'warning');
  await chmod(config, 0o600);
  assert.equal(stateOf(await findings({ homeFolder: '/nonexistent' }), 'login'), 'failed');
  assert.equal(stateOf(await findings({ environment: { DUMONT_TOKEN: 'old' } }), 'login'), 'failed');
});

test('doctor works while the server is down', async () => {
  const { exitCode, stdout } = await runInProcess(['doctor', '--url', 'http://127.0.0.1:1']);
  assert.match(stdout, /^failed +server +.*nothing listens|bad port/m);
  assert.match(stdout, /Mend it: Start it: dumont up/);
  assert.equal(exitCode, 1);
});
