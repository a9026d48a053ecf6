import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestHost } from '../../test/run-in-process.ts';
import { askNewPassword, generatePassword } from './new-password.ts';
import { askLine, askSecret, confirm, readSecretFromStdin } from './prompt.ts';

const typed = (input: string) => createTestHost({ terminal: 80, input });

test('a secret is not shown while it is typed', async () => {
  const { host, stderr, stdout } = typed('hunter2 é\r');
  assert.equal(await askSecret(host, 'Password: ', ''), 'hunter2 é');
  assert.equal(stderr(), 'Password: \n');
  assert.equal(stdout(), '');
});

test('the terminal shows nothing from before the question until after the answer', async () => {
  const { host, stderr } = typed('hunter2\r');
  const setRawMode = (on: boolean): unknown => host.stderr.write(on ? '<raw>' : '<cooked>');
  Object.assign(host.stdin, { setRawMode });
  await askSecret(host, 'Password: ', '');
  assert.equal(stderr(), '<raw>Password: <cooked>\n');
});

test('keys edit a secret; words of our own are no keys', async () => {
  assert.equal(await askSecret(typed('abx\u007fc\r').host, '', ''), 'abc');
  assert.equal(await askSecret(typed('wrong\u0015right\r').host, '', ''), 'right');
  assert.equal(await askSecret(typed('a\u001b[Db\u001bOAc\r').host, '', ''), 'abc', 'arrows');
  assert.equal(await askSecret(typed('enter\r').host, '', ''), 'enter');
  assert.equal(await askSecret(typed('interrupt\r').host, '', ''), 'interrupt');
});

test('Ctrl-C at a question ends the command as interrupted', async () => {
  await assert.rejects(askSecret(typed('half\u0003').host, '', ''), { exitCode: 130 });
  await assert.rejects(askLine(typed('half\u0003').host, '', ''), { exitCode: 130 });
});

test('what is pasted after a line answers the next question', async () => {
  const { host } = typed('a new password\ra new password\r');
  assert.equal(await askNewPassword(host, ''), 'a new password');
});

test('a new password that differs the second time is refused', async () => {
  await assert.rejects(askNewPassword(typed('one password\rother password\r').host, ''), /differ/);
});

test('without a terminal a question says what to give instead', async () => {
  const { host } = createTestHost({ input: 'x\n' });
  await assert.rejects(askSecret(host, 'Password: ', 'Give --password-stdin.'), {
    exitCode: 2,
    message: 'There is no terminal to ask at. Give --password-stdin.',
  });
});

test('a secret from stdin loses its line break and nothing else', async () => {
  assert.equal(await readSecretFromStdin(createTestHost({ input: ' p a s s \r\n' }).host), ' p a s s ');
  await assert.rejects(readSecretFromStdin(createTestHost({ input: '\n' }).host), { exitCode: 2 });
});

test('what cannot be taken back goes on only after yes', async () => {
  await confirm(typed('y\r').host, 'All is lost.', {});
  await confirm(createTestHost({}).host, 'All is lost.', { yes: true });
  await assert.rejects(confirm(typed('\r').host, 'All is lost.', {}), /Nothing was done/);
  await assert.rejects(confirm(createTestHost({}).host, 'All is lost.', {}), {
    exitCode: 2,
    message: /--yes/,
  });
});

test('a password that we make is long and new each time', () => {
  assert.match(generatePassword(), /^[A-HJ-NP-Za-km-z2-9]{20}$/);
  assert.notEqual(generatePassword(), generatePassword());
});
