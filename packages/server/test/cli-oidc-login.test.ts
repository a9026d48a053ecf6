import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientId, clientSecret, goThrough, startIdp, type Idp } from './oidc-idp.ts';
import { compileCacheEnvironment } from '../src/kernel/system/compile-cache.ts';
import { createTestApp, type TestApp } from './test-app.ts';
import { waitFor } from './wait.ts';

const cli = fileURLToPath(new URL('../../cli/src/main.ts', import.meta.url));

let idp: Idp;
let app: TestApp;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dumont-oidc-'));
  idp = await startIdp(() => app.url);
  idp.accounts.set('ada', { email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' });
  app = await createTestApp({
    environment: {
      DUMONT_OIDC_ISSUER: idp.issuer,
      DUMONT_OIDC_CLIENT_ID: clientId,
      DUMONT_OIDC_CLIENT_SECRET: clientSecret,
      DUMONT_OIDC_NAME: 'Company',
      DUMONT_OIDC_ROLE: 'planner',
    },
  });
});
after(async () => {
  await app[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** The real command line as a process of its own, in a home folder that the test's commands share. */
const start = (argv: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const child = spawn(process.execPath, [cli, ...argv], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      DUMONT_URL: app.url,
      ...compileCacheEnvironment(),
      ...environment,
    },
  });
  const written = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (written.stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (written.stderr += chunk.toString('utf8')));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number, ...written }));
  const address = (): Promise<string> =>
    waitFor('the address', async () => /^(http\S+)$/m.exec(written.stderr)?.[1], 20_000);
  return { child, ended, address };
};
const whoami = async (): Promise<string> => (await start(['whoami']).ended).stdout;

test('dumont login --oidc opens the browser and is signed in when it comes back', async () => {
  const shown = join(folder, 'shown');
  const browser = join(folder, 'browser');
  await writeFile(browser, `#!/bin/sh\nprintf %s "$1" > ${shown}.new && mv ${shown}.new ${shown}\n`);
  await chmod(browser, 0o700);
  const login = start(['login', '--oidc'], { BROWSER: browser });
  const address = await login.address();
  assert.equal(await waitFor('the browser', () => readFile(shown, 'utf8').catch(() => undefined)), address);

  const { searchParams } = new URL(address);
  const back = new URL(searchParams.get('redirectUri') ?? '');
  const end = await goThrough(address, 'ada', (url) => url.origin === back.origin);
  const foreign = new URL(end);
  foreign.searchParams.set('state', 'of-somebody-else-entirely');
  assert.equal((await fetch(foreign)).status, 400, 'another sign-in does not end this one');
  assert.equal((await fetch(new URL('/favicon.ico', end))).status, 404);
  assert.match(await (await fetch(end)).text(), /go back to the terminal/);

  const { exitCode, stdout, stderr } = await login.ended;
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /Signed in to .* as Ada Lovelace <ada@example\.org>/);
  assert.match(await whoami(), /a session \(dumont login\)[^]*planner/);
  await start(['logout']).ended;
  assert.doesNotMatch(await whoami(), /Ada/);
});

test('with --no-browser the code of the page is pasted', async () => {
  const login = start(['login', '--oidc', '--no-browser', '--json']);
  const address = await login.address();
  let page = '';
  await goThrough(address, 'ada', () => false).catch((error: unknown) => {
    page = String(error);
  });
  assert.match(page, /callback\?.*: 200 <!doctype html>/);
  const code = /user-select: all">([\w-]{43})</.exec(page)?.[1];
  assert.ok(code !== undefined, page);
  login.child.stdin.end(`${code}\n`);
  const { exitCode, stdout, stderr } = await login.ended;
  assert.equal(exitCode, 0, stderr);
  assert.equal((JSON.parse(stdout) as { user: { email: string } }).user.email, 'ada@example.org');

  const again = start(['login', '--oidc', '--no-browser']);
  again.child.stdin.end(`${code}\n`);
  const refused = await again.ended;
  assert.equal(refused.exitCode, 3);
  assert.match(refused.stderr, /was used before/);
});

test('a refusal of the provider ends the command with its reason', async () => {
  const login = start(['login', '--oidc']);
  const address = await login.address();
  const page = await fetch(await goThrough(address, undefined, (url) => url.pathname === '/callback'));
  assert.match(await page.text(), /Sign-in with Company failed: it refused/);
  const { exitCode, stderr } = await login.ended;
  assert.equal(exitCode, 1);
  assert.match(stderr, /Error: Sign-in with Company failed: it refused/);
});

test('Ctrl-C ends the wait', async () => {
  const login = start(['login', '--oidc']);
  await login.address();
  login.child.kill('SIGINT');
  assert.equal((await login.ended).exitCode, 130);
});

test('options that do not belong together, and a server without a provider, are said', async () => {
  assert.equal((await start(['login', '--no-browser']).ended).exitCode, 2);
  assert.equal((await start(['login', '--oidc', '--token', 'x']).ended).exitCode, 2);
  await using plain = await createTestApp();
  const { exitCode, stderr } = await start(['login', '--oidc', plain.url]).ended;
  assert.equal(exitCode, 1);
  assert.match(stderr, /signs in with no identity provider/);
});
