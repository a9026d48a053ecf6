import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineSplitter, maxLineBytes } from './log-lines.ts';
import { createRedactor } from './redaction.ts';

test('a value is replaced wherever it stands', () => {
  const redact = createRedactor(['s3nha', 'outra senha']);
  assert.equal(
    redact('login s3nha, s3nhas3nha and outra senha.'),
    'login ********, **************** and ********.',
  );
  assert.equal(redact('nothing here'), 'nothing here');
});

test('a value is replaced in the forms in which it travels', () => {
  const secret = 'pä"ss\\w/rd +&=';
  const redact = createRedactor([secret]);
  const encoded = encodeURIComponent(secret);
  const forms = [
    encoded,
    encoded.replaceAll(/%../g, (code) => code.toLowerCase()),
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
  ];
  for (const form of forms) assert.equal(redact(`<${form}>`), '<********>', form);
  for (const user of ['', 'a', 'ab', 'abc', 'someone@example.com']) {
    const header = Buffer.from(`${user}:${secret}`).toString('base64');
    assert.match(redact(`Authorization: Basic ${header}`), /\*{8}/, user);
  }
});

test('characters with a meaning in patterns mean themselves', () => {
  const redact = createRedactor(['a.b*c', '$&x(]', '^-|{}']);
  assert.equal(redact('a.b*c $&x(] ^-|{} axbbc'), '******** ******** ******** axbbc');
});

test('of two values that begin alike the longer is replaced whole', () => {
  assert.equal(createRedactor(['secret', 'secret-2'])('secret-2 secret'), '******** ********');
});

test('a key of several lines is known by each of them', () => {
  const redact = createRedactor(['-----BEGIN KEY-----\nMIIBVgIBADANBg\r\nkqhkiG9w0BAQ\n-----END KEY-----\n']);
  assert.equal(redact('  MIIBVgIBADANBg'), '  ********');
  assert.equal(redact('kqhkiG9w0BAQ'), '********');
});

test('a line that is cut inside a value shows nothing of it either', () => {
  const secret = 'correct horse battery staple';
  const redact = createRedactor([secret, 'other']);
  for (const shown of [4, 10, secret.length - 1]) {
    const line = `${'x'.repeat(maxLineBytes - shown)}${secret} and on`;
    const [text = ''] = createLineSplitter().push(Buffer.from(`${line}\n`));
    assert.ok(text.includes(secret.slice(0, shown)));
    assert.match(redact(text), /x\*{8} …\[cut, \d+ bytes\]$/);
  }
  const [harmless = ''] = createLineSplitter().push(Buffer.from(`${'x'.repeat(maxLineBytes)}yes\n`));
  assert.equal(redact(harmless), harmless);
});

test('short values, and none at all, change nothing', () => {
  assert.equal(createRedactor([])('abc'), 'abc');
  assert.equal(createRedactor(['', 'abc', '1'])('abc 1'), 'abc 1');
});

test('no text holds a value after it was redacted', () => {
  const secrets = fc.array(fc.string({ minLength: 4, maxLength: 12 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(secrets, fc.string(), fc.string(), (values, before, after) => {
      const redact = createRedactor(values);
      for (const value of values.filter((each) => !'********'.includes(each))) {
        assert.ok(!redact(`${before}${value}${after}`).includes(value) || /\*/.test(value));
      }
    }),
  );
});
