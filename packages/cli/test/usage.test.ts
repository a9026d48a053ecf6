import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInProcess } from './run-in-process.ts';

const cases: readonly (readonly [argv: string, message: RegExp])[] = [
  ['runn list', /^Error: dumont has no command "runn" \(did you mean "run"\?\)\. See: dumont --help$/],
  [
    'run strat',
    /^Error: dumont run has no command "strat" \(did you mean "start"\?\)\. See: dumont run --help$/,
  ],
  ['run start x --wiat', /has no option --wiat \(did you mean "--wait"\?\)/],
  ['run list --jsn', /has no option --jsn \(did you mean "--json"\?\)/],
  ['run logs', /missing required argument 'run'/],
  ['run show 1 2', /does not take "2"/],
  ['run artifacts donwload 1', /did you mean "download"\?/],
  ['run list --limit many', /--limit "many": it must be a whole number/],
  ['run list --state runing', /did you mean "running"\?/],
  ['run start x --from 31/02/2026', /--from "31\/02\/2026": there is no such day/],
  ['run start x --wait --follow', /cannot be used with/],
  ['run start x -e A=1', /--env does not go with a pipeline/],
  ['run start --command --system a -- ls', /--system does not go with a command/],
  ['run start --command', /Which program\?/],
  ['run start', /Which pipeline\?/],
  ['run start a b', /takes no "b"/],
  ['run logs 1 --tail 1 --after 1', /cannot be used with/],
  ['run logs 1 --level loud', /--level "loud": it must be one of DEBUG/],
  ['run rerun 1 --param x', /--param "x": it must be written name=value/],
  ['pipeline option x y', /<options> "y": it must be written name=value/],
  ['pipeline funds select maps', /Give the CNPJs of the funds, or --all/],
  ['pipeline funds select maps 123', /<cnpjs> "123": it must be a CNPJ/],
  ['schedule create x', /required option '-p, --pipeline <id>' not specified/],
  ['offer lst', /did you mean "list"\?/],
  ['offer list --max-prize 1', /did you mean "--max-price"\?/],
  ['offer list --max-price cheap', /--max-price "cheap": it must be a number from 0 to 1000/],
  ['offer list --region EUU', /Allowed choices are US, EU, ASIA/],
  ['market price', /did you mean "prices"\?/],
  ['market watch alert x cheap', /it must be dollars an hour, such as 0\.35, or none/],
  ['market blacklist add 7', /required option '--reason <text>' not specified/],
  ['machine destory x', /did you mean "destroy"\?/],
  ['machine deploy --gup x', /did you mean "--gpu"\?/],
  ['machine deploy --gpu x --idle-after soon', /--idle-after "soon": it must be a duration/],
  ['machine deploy --gpu x --port 0', /--port "0": it must be a whole number from 1 to 65535/],
  ['machine list --status asleep', /Allowed choices are deploying, running/],
  ['machine keep-alive x 8d', /<duration> "8d": it must be at most 7d/],
  ['machine migrate x --disk 10', /--disk "10": it must be a whole number from 50/],
  ['machine metrics x --hours 721', /it must be a number from 0 to 720/],
  ['machine set x', /What is to change\? See: dumont machine set --help/],
  ['machine ssh', /missing required argument 'machine'/],
  ['storefront prodct list', /did you mean "product"\?/],
  ['storefront order list --state redy', /Allowed choices are open, pending, received/],
  ['storefront order list --active --state ready', /cannot be used with/],
  ['storefront order move 1', /missing required argument 'state'/],
  ['storefront order move 1 eaten', /Allowed choices are preparing, ready, completed/],
  ['storefront product create x --category Lanche', /required option '--price <reais>' not specified/],
  ['storefront product create x --category Lanche --price cheap', /it must be a price such as 24\.90/],
  ['storefront product create x --category Cerveja --price 5', /Allowed choices are Lanche/],
  ['storefront product edit x', /What is to change\? See: dumont storefront product edit --help/],
  ['storefront product picture add x', /missing required argument 'files'/],
  ['storefront product edit x --on --off', /cannot be used with/],
  ['snapshot crate m', /did you mean "create"\?/],
  ['snapshot create', /missing required argument 'machine'/],
  ['snapshot list --state verifed', /Allowed choices are creating, verifying, verified/],
  ['snapshot policy --keep-last 0', /--keep-last "0": it must be a whole number from 1 to 1000/],
  ['route lst', /did you mean "list"\?/],
  ['route create x', /Which requests\? Say --path/],
  ['route create x --path /a', /Where do they go\? Say --upstream/],
  ['route create x --upstream ftp://a', /it must be an address such as http/],
  ['route create x --method FETCH', /it must be one of GET, HEAD/],
  ['route create x --rate-limit lots', /it must be requests\/seconds, such as 100\/60, or none/],
  ['route create x --token maybe', /Allowed choices are none, optional, required/],
  ['route edit x', /What is to change\? See: dumont route edit --help/],
  ['route edit x --on --off', /--on does not go with --off/],
  ['route test x', /missing required argument 'target'/],
  ['route test x / -H nothing', /it must be written "name: value"/],
  ['ssh-key ad', /did you mean "add"\?/],
  ['ssh-key add /nonexistent.pub', /There is no file \/nonexistent\.pub/],
  ['completion tcsh', /Allowed choices are bash, zsh, fish/],
  ['up --port 99999', /--port "99999": it must be a whole number from 0 to 65535/],
  ['up --set port=1', /"port" is not the name of a setting/],
  ['login --token x --email y', /cannot be used with/],
  ['whoami --url ftp://x', /"ftp:\/\/x" is not an address/],
];

for (const [argv, message] of cases) {
  test(`dumont ${argv}: one clear line and exit code 2`, async () => {
    const { exitCode, stdout, stderr } = await runInProcess(argv.split(' '), {
      environment: { DUMONT_TOKEN: 'never sent' },
    });
    assert.match(stderr.trimEnd(), message);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
    assert.equal(stdout, '');
    assert.equal(exitCode, 2);
  });
}

test('a group without its command shows its help on stderr and ends with 2', async () => {
  for (const argv of [[], ['run'], ['pipeline']]) {
    const { exitCode, stdout, stderr } = await runInProcess(argv);
    assert.match(stderr, /^Usage: dumont/);
    assert.equal(stdout, '');
    assert.equal(exitCode, 2);
  }
});

test('help and version that are asked for go to stdout and end with 0', async () => {
  for (const argv of [['--help'], ['help'], ['help', 'run'], ['run', 'start', '-h'], ['--version']]) {
    const { exitCode, stdout, stderr } = await runInProcess(argv);
    assert.notEqual(stdout, '');
    assert.equal(stderr, '');
    assert.equal(exitCode, 0);
  }
});

test('with --json a failure is one JSON object on stderr', async () => {
  const { exitCode, stderr } = await runInProcess(['run', 'list', '--json']);
  const failure = JSON.parse(stderr) as Record<string, unknown>;
  assert.equal(failure['code'], 'cli.not_signed_in');
  assert.equal(exitCode, 3);
});

test('after -- everything belongs to the program that is run', async () => {
  const { stderr, exitCode } = await runInProcess([
    'run',
    'start',
    '--command',
    '--',
    'ls',
    '--json',
    '--wiat',
  ]);
  assert.match(stderr, /^Error: You are not signed in/);
  assert.equal(exitCode, 3);
});

test('a server that does not answer ends with 5 and says what to do', async () => {
  const { exitCode, stderr } = await runInProcess(['run', 'list', '--url', 'http://127.0.0.1:1'], {
    environment: { DUMONT_TOKEN: 't' },
  });
  assert.match(stderr, /http:\/\/127\.0\.0\.1:1 cannot be reached: .* Start one with "dumont up"/);
  assert.equal(exitCode, 5);
});
