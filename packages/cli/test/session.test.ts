import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CliConfig } from '../src/session/config-file.ts';
import { startCuttingProxy } from './cutting-proxy.ts';
import { createHome, type Home, startTestServer, type TestServer } from './server.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server[Symbol.asyncDispose]());

const configOf = (home: Home): string => join(home.folder, '.config', 'dumont', 'config.json');
const readConfig = async (home: Home): Promise<CliConfig> =>
  JSON.parse(await readFile(configOf(home), 'utf8')) as CliConfig;

/** Makes the saved access token look as if it had ended. */
const expire = async (home: Home, url = server.url): Promise<CliConfig> => {
  const config = await readConfig(home);
  const profile = config.profiles[url];
  assert.ok(profile?.credentials.kind === 'session');
  const credentials = { ...profile.credentials, expiresAt: '2020-01-01T00:00:00Z' };
  const changed = { ...config, profiles: { [url]: { ...profile, credentials } } };
  await writeFile(configOf(home), JSON.stringify(changed));
  return changed;
};

const refreshTokenOf = (config: CliConfig): string | undefined => {
  const credentials = config.profiles[server.url]?.credentials;
  return credentials?.kind === 'session' ? credentials.refreshToken : undefined;
};

test('a wrong password ends with 3, with the code and the request id', async () => {
  const home = createHome(join('/nonexistent', 'home'), server.url);
  const { exitCode, stderr } = await home.dumont(['login', '-e', server.email, '--password-stdin'], {
    input: 'wrong\n',
  });
  assert.match(
    stderr,
    /^Error: E-mail or password is wrong\.\n {2}code auth\.credentials, request [0-9a-f-]{36}\n$/,
  );
  assert.equal(exitCode, 3);
});

test('one signs in at a terminal without the password being shown, is known, and signs out', async () => {
  const home = createHome(join((await server.signIn()).folder, 'terminal'), server.url);
  const login = await home.dumont(['login'], {
    terminal: 80,
    input: `${server.email}\r${server.password}\r`,
  });
  assert.equal(login.exitCode, 0, login.stderr);
  assert.match(login.stdout, /^Signed in to http:\/\/127\.0\.0\.1:\d+ as .* <admin@dumont\.local>\.\n$/);
  assert.ok(!(login.stdout + login.stderr).includes(server.password));
  assert.match((await home.dumont(['whoami'])).stdout, /admin@dumont\.local/);
  assert.equal((await home.dumont(['logout'])).exitCode, 0);
  assert.equal((await home.dumont(['whoami'])).exitCode, 3);
  assert.match((await home.dumont(['logout'])).stdout, /You were not signed in/);
});

test('the server that one signed in to is the one that is meant from then on', async () => {
  const home = createHome(join((await server.signIn()).folder, 'current'), '');
  await home.dumont(['login', server.url, '-e', server.email, '--password-stdin'], {
    input: server.password,
  });
  assert.match((await home.dumont(['whoami'])).stdout, new RegExp(server.url));
});

test('a session that is about to end is renewed, and stays renewed', async () => {
  const home = await server.signIn();
  const old = refreshTokenOf(await expire(home));
  assert.equal((await home.dumont(['whoami'])).exitCode, 0);
  assert.notEqual(refreshTokenOf(await readConfig(home)), old);
  assert.equal((await home.dumont(['whoami'])).exitCode, 0);
});

test('many CLIs at once exchange a refresh token once; none ends the session of the others', async () => {
  await using proxy = await startCuttingProxy(server.url);
  const home = createHome(join((await server.signIn()).folder, 'many'), proxy.url);
  const login = ['login', '-e', server.email, '--password-stdin'];
  assert.equal((await home.dumont(login, { input: server.password })).exitCode, 0);
  for (let round = 1; round <= 3; round += 1) {
    await expire(home, proxy.url);
    const results = await Promise.all(Array.from({ length: 6 }, () => home.dumont(['whoami'])));
    assert.deepEqual(
      results.map(({ exitCode }) => exitCode),
      [0, 0, 0, 0, 0, 0],
    );
    assert.equal(proxy.requests('POST /api/v1/auth/refresh '), round);
  }
});

test('a token that the server does not take any more is renewed although it looks good', async () => {
  const home = await server.signIn();
  const config = await readConfig(home);
  const text = JSON.stringify(config).replace(/("accessToken":"[^"]*)"/, '$1x"');
  await writeFile(configOf(home), text);
  assert.equal((await home.dumont(['whoami'])).exitCode, 0);
});

test('a session that was ended elsewhere is forgotten here, with the way back in', async () => {
  const home = await server.signIn();
  const other = await server.signIn();
  await other.dumont(['logout', '--everywhere']);
  await expire(home);
  const { exitCode, stderr } = await home.dumont(['whoami']);
  assert.match(stderr, /session has ended.*Sign in: dumont login/);
  assert.equal(exitCode, 3);
  assert.deepEqual((await readConfig(home)).profiles, {});
});

test('an API token signs in, from the environment too, until it is revoked', async () => {
  const admin = await server.signIn();
  const { stdout: token } = await admin.dumont(['token', 'create', 'ci', '--expires-in-days', '1']);
  assert.match(token, /^\S{20,}\n$/);
  const home = createHome(join(admin.folder, 'ci'), server.url);
  const login = await home.dumont(['login', '--token', '-'], { input: token });
  assert.equal(login.exitCode, 0, login.stderr);
  const environment = { DUMONT_TOKEN: token.trim() };
  assert.match((await home.dumont(['whoami'], { environment })).stdout, /DUMONT_TOKEN/);
  assert.equal((await admin.dumont(['token', 'revoke', 'ci', '--yes'])).exitCode, 0);
  const promised = performance.now() + 1000;
  // The last is asked when the second is over, however long the program takes to begin.
  let isOver = false;
  let last = await home.dumont(['whoami']);
  while (last.exitCode === 0 && !isOver) {
    isOver = performance.now() >= promised;
    last = await home.dumont(['whoami']);
  }
  assert.equal(last.exitCode, 3);
  const { stderr } = await home.dumont(['whoami'], { environment });
  assert.match(stderr, /unset DUMONT_TOKEN/);
  const refused = await home.dumont(['login', '--token', 'nonsense']);
  assert.match(refused.stderr, /does not take this token/);
  assert.equal(refused.exitCode, 3);
});

test('a password that an administrator chose is changed at the first sign-in', async () => {
  const admin = await server.signIn();
  const argv = ['user', 'create', 'ana@example.com', '--name', 'Ana', '--generate'];
  const first = (await admin.dumont(argv)).stdout.trim();
  const home = createHome(join(admin.folder, 'ana'), server.url);
  const login = await home.dumont(['login', '-e', 'ana@example.com'], {
    terminal: 80,
    input: `${first}\rmy own password\rmy own password\r`,
  });
  assert.equal(login.exitCode, 0, login.stderr);
  assert.match(login.stderr, /The password is changed/);
  assert.equal((await home.dumont(['run', 'list'])).exitCode, 0);
  const again = createHome(join(admin.folder, 'ana-again'), server.url);
  const old = await again.dumont(['login', '-e', 'ana@example.com', '--password-stdin'], { input: first });
  assert.equal(old.exitCode, 3);
  assert.equal((await home.dumont(['user', 'list'])).exitCode, 1, 'a viewer may not see the users');
});
